// Sizes of data, parameters and quantities that are elements of integer arrays of the data, or computed from them.
data {
  int<lower=1> bases;
  array[bases] int<lower=0> knots;
  int<lower=0> N;
  matrix[N, knots[1]] X;
  matrix[N, knots[2]] Z;
  array[2, bases] int<lower=0> groups;
  array[sum(groups[1])] int<lower=1> member;
  vector[max(groups[2])] offsets;
  vector[N] y;
}
transformed data {
  matrix[N, knots[1] + knots[2]] all_columns = append_col(X, Z);
}
parameters {
  vector[knots[1]] b;
  vector[knots[2]] u;
  vector[groups[2, 1]] level;
  real<lower=0> tau;
}
transformed parameters {
  vector[N] mu = X * b + Z * u;
  for (n in 1:N)
    mu[n] += level[member[n]] + offsets[member[n]];
}
model {
  b ~ normal(0, 2);
  u ~ normal(0, tau);
  level ~ std_normal();
  tau ~ exponential(1);
  y ~ normal(mu, 0.5);
}
generated quantities {
  vector[knots[1] + knots[2]] means;
  for (k in 1:(knots[1] + knots[2]))
    means[k] = mean(all_columns[, k]) * level[1];
}
