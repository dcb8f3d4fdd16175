// The common scalar functions, on scalars and element by element; stable forms are what far-out arguments ask
// for.
data {
  int<lower=1> N;
  vector<lower=0>[N] x;
  real<lower=0> d;
}
transformed data {
  vector[N] prepared = log1p(x) + sqrt(x) .* exp(-x) + inv_logit(x) - log(x + 1) ./ square(x + 1);
  real scale = fmax(mean(x), 0.5) + pow(d, 1.5) + d ^ 2 + tanh(d) + expm1(d / 10) + max(x) - min(x);
}
parameters {
  real a;
  real b;
  real<lower=0> p;
  real<lower=0, upper=1> q;
  vector[N] v;
}
transformed parameters {
  vector[N] t = tanh(v) + inv_logit(v) .* expm1(0.1 * v) - log1p_exp(v) + square(v) ./ (1 + exp(v));
}
model {
  target += log(p) + 0.5 * sqrt(p) - square(p) - exp(0.1 * a) + expm1(0.2 * b) - log1p(p) + log1m(q) + logit(q);
  target += -log1p_exp(a) - log1p_exp(-b) + inv_logit(a) * inv_logit(-b);
  target += tanh(a) * tanh(b) - abs(a - 0.3) - 0.5 * abs(b + 0.2) - abs(-3) + inv(1 + p);
  target += -pow(p, 1.7) - p ^ q - pow(p, 2) + pow(2, b) * 0.1 - a ^ 2 - b ^ 4 * 0.01 - (a ^ 3) ^ 2 * 0.001;
  target += log_sum_exp(a, b) - log_sum_exp({a, b, p}) + log_sum_exp(v) + log_mix(q, a, b);
  target += fmin(a, 0.21) - fmax(b, 0.37) + fmin(d, 2) + max(x) + sum(x) + min({3, 1, 2});
  target += sum(t) * 0.1 + dot_product(prepared, v) * 0.1 - 0.5 * dot_self(v) - scale * 0.01 * a;
  target += mean(sqrt(exp(v))) + sum(log1m(q * inv_logit(v))) + sum(abs(v - 0.123)) * -0.1;
  target += sum(exp(-log1p_exp(v))) - sum(logit(inv_logit(v))) * 0.1 - sum(log(1 + square(v))) * 0.2;
  target += sum(square({a, b})) * -0.1 + sum(exp([p, q])) * 0.1 + sum(inv(1 + [[p, q], [q, p + 1]]));
}
generated quantities {
  real far_out = log1p_exp(800 + a) - 800;
  real tiny = expm1(1e-12 * p) + log1p(-1e-12 * q);
  real saturated = tanh(30 + p) + inv_logit(-745 + a);
  real none = negative_infinity();
}
