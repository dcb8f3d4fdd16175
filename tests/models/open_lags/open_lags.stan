// Sums over earlier states whose number data chooses: moving averages, a renewal by group, convolutions.
data {
  int<lower=1> T;
  int<lower=0> Q;
  int<lower=0> lags;
  int<lower=1> G;
  vector[T] y;
  matrix[T, G] cases;
  vector[T] kernel;
  array[G] int<lower=1, upper=T> last;
}
parameters {
  real mu;
  real<lower=0> sigma;
  vector[Q] theta;
  vector[3] phi;
  vector<lower=0>[G] seed;
  vector[G] growth;
}
model {
  vector[T] epsilon;
  vector[T] eta;
  vector[T] nu;
  matrix[T, G] infections;
  for (t in 1:T) {
    epsilon[t] = y[t] - mu;
    for (q in 1:min(t - 1, Q)) {
      epsilon[t] -= theta[q] * epsilon[t - q];
    }
  }
  for (t in 1:T) {
    nu[t] = 0.1 * y[t];
    for (q in 1:min(t - 1, lags)) {
      nu[t] += phi[q] * nu[t - q];
    }
    eta[t] = mu;
    for (q in 1:min(t - 1, Q)) {
      eta[t] += theta[q] * epsilon[t - q];
    }
  }
  for (g in 1:G) {
    infections[1, g] = seed[g];
    for (t in 2:T) {
      real pressure = 0;
      for (s in 1:(t - 1)) {
        pressure += kernel[t - s] * infections[s, g];
      }
      infections[t, g] = exp(0.1 * growth[g]) * pressure;
    }
    for (t in 2:last[g]) {
      cases[t, g] ~ normal(dot_product(sub_col(infections, 1, g, t - 1), reverse(head(kernel, t - 1))), sigma);
    }
  }
  mu ~ normal(0, 2);
  sigma ~ lognormal(0, 1);
  theta ~ normal(0, 0.5);
  phi ~ normal(0, 0.3);
  seed ~ exponential(1);
  growth ~ std_normal();
  y ~ normal(eta + nu, sigma);
}
