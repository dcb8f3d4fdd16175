// Functions: overloaded, without arguments, with arguments of every shape, with effects on the target, with names that
// variables take again, passed to other functions.
functions {
  real pick(real x) { return 1 + x; }
  real pick(vector x) { return 2 + sum(x); }
  real pick(array[] real x) { return 3 + sum(x); }
  real pick(array[,] int x, int n) { return x[n, 1]; }
  real pick(int n, array[] vector x) { return x[n][1]; }
  int pick(int n) { return n * 2; }
  real nothing() { return 0.25; }
  array[] int count_up(int n) {
    array[n] int c;
    for (i in 1 : n) {
      c[i] = i;
    }
    return c;
  }
  matrix outer_sum(vector a, data vector b) {
    matrix[rows(a), size(b)] m;
    for (i in 1 : rows(a)) {
      for (j in 1 : size(b)) {
        m[i, j] = a[i] + b[j];
      }
    }
    return m;
  }
  real scaled(real x, data real s) { return x / s; }
  vector change(vector x) {
    vector[rows(x)] y = x;
    y[1] = nothing();
    return y;
  }
  void prior_lp(vector x, real scale) {
    x ~ normal(0, scale);
    target += -0.01 * pick(x);
  }
  real chatty_lp(real x) {
    target += -0.1 * square(x);
    return x * 2;
  }
  real tilted_lpdf(vector y, vector mu, real s) {
    return normal_lpdf(y | mu, s) - 0.1 * sum(mu);
  }
  real tilted_lpdf(real y, real mu, real s) { return normal_lupdf(y | mu, s) - 0.1 * mu; }
  real coin_lpmf(array[] int y, real theta) {
    real lp = 0;
    for (n in 1 : size(y)) {
      lp += y[n] * log(theta) + (1 - y[n]) * log1m(theta);
    }
    return lp;
  }
  array[,] real nested(array[] vector v) {
    array[size(v), 2] real out;
    for (i in 1 : size(v)) {
      out[i] = {v[i][1], max(v[i])};
    }
    return out;
  }
  int is_even(int n);
  int is_odd(int n) { return n == 0 ? 0 : is_even(n - 1); }
  int is_even(int n) { return n == 0 ? 1 : is_odd(n - 1); }
  real partial(array[] real slice, int start, int end, vector mu, real s) {
    real lp = 0;
    for (n in start : end) {
      lp += normal_lpdf(slice[n - start + 1] | mu[n], s);
    }
    return lp;
  }
  real partial_lpmf(array[] int slice, int start, int end, vector mu) {
    return poisson_lupmf(slice | exp(mu[start : end]));
  }
  real over_vectors(array[] vector slice, int start, int end) {
    real lp = 0;
    for (n in 1 : size(slice)) {
      lp += -0.5 * dot_self(slice[n]);
    }
    return lp;
  }
  vector shard(vector phi, vector theta, data array[] real x, data array[] int k) {
    return [normal_lpdf(theta | phi[1], x[1]), x[2] * k[1] * theta[1]]';
  }
}
data {
  int<lower=2> N;
  array[N] real y;
  array[N] int<lower=0> c;
  array[2, 2] real x;
  array[2, 1] int k;
}
parameters {
  vector[N] mu;
  real<lower=0> s;
  array[2] vector[2] theta;
}
transformed parameters {
  matrix[N, 2] outer = outer_sum(mu, [0.5, N]');
  real shift = scaled(pick(mu), 3) + pick(s) + pick(y) + pick(count_up(3)[2]);
}
model {
  prior_lp(mu, 2);
  target += chatty_lp(s) * 0.1;
  mu ~ tilted(change(mu), 1.5);
  mu[1] ~ tilted(s, 2);
  {1, 0, 1} ~ coin(inv_logit(mu[1]));
  target += reduce_sum(partial, y, 1, mu, s);
  target += reduce_sum_static(partial, y, 2, mu, s);
  target += reduce_sum(partial_lpmf, c, 1, mu);
  target += reduce_sum(over_vectors, theta, 1);
  target += sum(map_rect(shard, mu[1 : 1], theta, x, k));
}
generated quantities {
  array[2] int parity = {is_even(4), is_odd(4)};
  real pick_1 = pick({{1, 2}, {3, 4}}, 2);
  real pick_2 = pick(2, theta);
  array[2, 2] real n = nested(theta);
  array[N] int up = count_up(N);
  vector[2 * 2] rects = map_rect(shard, mu[1 : 1], theta, x, k);
}
