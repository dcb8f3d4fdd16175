// Regression with Huber's robust likelihood: each residual takes the branch that its own size asks for.
data {
  int<lower=0> N;
  vector[N] x;
  vector[N] y;
  real<lower=0> k;
}
parameters {
  real alpha;
  real beta;
  real<lower=0> sigma;
}
model {
  alpha ~ normal(0, 5);
  beta ~ normal(0, 5);
  sigma ~ exponential(1);
  for (n in 1:N) {
    real r = (y[n] - alpha - beta * x[n]) / sigma;
    if (abs(r) <= k) {
      target += -0.5 * square(r);
    } else {
      target += k * (0.5 * k - abs(r));
    }
    target += -log(sigma);
  }
}
generated quantities {
  int outliers = 0;
  array[N] real weight;
  for (n in 1:N) {
    real r = abs(y[n] - alpha - beta * x[n]) / sigma;
    if (r > k) {
      outliers += 1;
      weight[n] = k / r;
    } else if (r > 0.5 * k) {
      weight[n] = 1;
    } else {
      weight[n] = 1 + 0.5 * k - r;
    }
  }
}
