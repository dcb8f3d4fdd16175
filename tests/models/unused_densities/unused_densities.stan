// A density checks its arguments even where nobody uses its value.
data {
  int<lower=0> N;
  vector[N] y;
}
parameters {
  real mu;
  real s;
  real t;
}
model {
  {
    real unused = normal_lpdf(y | mu, s + 1);
    for (n in 1:N) {
      if (mu > n - 2)
        unused = gamma_lpdf(n | 1.5, t + 1.25);
    }
  }
  mu ~ normal(0, 1);
  s ~ normal(mu, 1);
  t ~ normal(0, 1);
}
