// Every kind of bound: numbers, expressions, earlier parameters, vectors and matrices of bounds, infinite ones.
data {
  int<lower=0> N;
  vector[N] lo;
  vector[N] hi;
  real<lower=0> scale;
  matrix[2, 3] floor_of_m;
}
transformed data {
  vector[N] spread = square(hi - lo);
}
parameters {
  real free;
  real<lower=1.5> above;
  real<upper=-0.5> below;
  real<lower=-1, upper=2> between;
  real<lower=above> above_parameter;
  real<lower=below, upper=above> between_parameters;
  real<lower=negative_infinity(), upper=scale> only_upper;
  real<offset=3, multiplier=scale> shifted;
  real<multiplier=2> stretched;
  vector<lower=lo>[N] v_lower;
  vector<upper=hi>[N] v_upper;
  vector<lower=lo, upper=hi>[N] v_between;
  vector<offset=lo, multiplier=spread>[N] v_shifted;
  row_vector<lower=0>[N] r;
  matrix<lower=floor_of_m>[2, 3] m;
  matrix[2, 2] plain;
  array[2] real<lower=0, upper=scale> a;
  array[2, 2] vector<lower=0>[2] deep;
}
model {
  free ~ normal(0, 1);
  above ~ normal(2, 1);
  below ~ normal(-2, 1.5);
  between ~ normal(free, 1);
  above_parameter ~ normal(above, 2);
  between_parameters ~ normal(0, 1);
  only_upper ~ normal(-1, 2);
  shifted ~ normal(3, 2);
  stretched ~ normal(0, 2);
  v_lower ~ normal(lo, 1);
  v_upper ~ normal(hi, 2);
  v_between ~ normal(0, 1);
  v_shifted ~ normal(free, 1);
  r ~ normal(1, 2);
  to_vector(m) ~ normal(0, 1);
  to_vector(plain) ~ std_normal();
  a ~ normal(0.5, 1);
  for (i in 1:2) {
    for (j in 1:2) {
      deep[i, j] ~ exponential(i + j);
    }
  }
}
