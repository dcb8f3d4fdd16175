// Densities of which nobody reads the value still check their arguments.
parameters {
  real mu;
  real sigma;
}
model {
  vector[3] a;
  a[1] = normal_lpdf(1.0 | mu, sigma);
  a[2] = mu;
  a[3] = 2;
  real b = 0;
  for (k in 1 : 3) {
    b += k * cauchy_lpdf(a[2] | 0, sigma);
    a[k] = square(a[k]);
  }
  target += -a[2] - 0.1 * sigma ^ 2;
}
