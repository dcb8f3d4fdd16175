// Constrained types everywhere: bounds that are vectors, arrays of constrained types, data, local and generated variables.
functions {
  real half(real x) { return x / 2; }
}
data {
  int<lower=1> N;
  int<lower=0, upper=N> K;
  vector<lower=0, upper=1>[N] u;
  array[N] int<lower=K, upper=2 * N> k;
  array[2] simplex[3] ps;
  array[2, 2] ordered[2] os;
  positive_ordered[3] po;
  matrix<lower=-1, upper=1>[2, 2] m;
  vector[N] low;
  vector<lower=low>[N] above;
  array[2] vector[3] tops;
  array[2] vector<upper=tops>[3] below;
}
transformed data {
  array[2] matrix[2, 2] ms = {m, m - 1};
  array[2] vector[3] scales = {po, po + 1};
  vector<lower=low>[N] t = above + 1;
  array[2, 2] simplex[2] pair = {{[0.5, 0.5]', [0.25, 0.75]'}, {[0, 1]', [1, 0]'}};
  array[N] int<lower=0> kk = k;
}
parameters {
  vector<lower=low>[N] a;
  vector<lower=low, upper=low + 2>[N] b;
  array[2] vector<upper=tops>[3] c;
  array[2, N] real<lower=K> d;
  row_vector<lower=half(K), upper=2>[2] e;
  matrix<lower=0>[2, 3] f;
  array[2] matrix<lower=ms>[2, 2] g;
  vector<offset=low, multiplier=2>[N] h;
  array[2] vector<multiplier=scales>[3] i;
  real<lower=a[1]> j;
  real<lower=a[1], upper=a[1] + exp(h[1])> l;
  array[2] ordered[3] o;
  array[2] simplex[3] p;
  array[2, 2] positive_ordered[2] q;
}
transformed parameters {
  vector<lower=low>[N] ta = a + 1;
  array[2] simplex[3] tp = p;
  real<lower=0> tj = square(j);
}
model {
  vector[N] mid = (a + b) / 2;
  mid ~ normal(0, 2);
  for (n in 1 : 2) {
    c[n] ~ normal(po, 1);
    d[n] ~ normal(low, 2);
    to_vector(g[n]) ~ normal(0, 1);
    i[n] ~ normal(0, 3);
    o[n] ~ normal(0, 1);
    p[n] ~ dirichlet(ps[n] + 0.5);
    for (t_ in 1 : 2) {
      q[n, t_] ~ normal(os[n, t_], 1);
    }
  }
  e ~ normal(0, 1);
  to_vector(f) ~ exponential(1);
  h ~ normal(low, 2);
  j ~ normal(u[1], 3);
  l ~ normal(0, 1);
}
generated quantities {
  array[2] ordered[3] go = o;
  real<lower=0> gj = tj;
  array[N] int<upper=2 * N> gk = kk;
}
