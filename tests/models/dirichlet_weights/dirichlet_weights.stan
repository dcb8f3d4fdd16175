// A mixture of three known components; Dirichlet priors with known and with estimated concentrations.
data {
  int<lower=1> K;
  int<lower=0> N;
  vector[N] y;
  vector[K] location;
  vector<lower=0>[K] alpha;
}
parameters {
  simplex[K] w;
  array[2] simplex[K] v;
  vector<lower=0>[K] concentration;
}
model {
  w ~ dirichlet(alpha);
  v ~ dirichlet(concentration);
  concentration ~ exponential(1);
  for (n in 1:N) {
    vector[K] lps = log(w);
    for (k in 1:K) {
      lps[k] += normal_lpdf(y[n] | location[k], 1);
    }
    target += log_sum_exp(lps);
  }
  target += dirichlet_lpdf(v[1] | alpha);
}
generated quantities {
  array[N] vector[K] responsibility;
  for (n in 1:N) {
    vector[K] lps;
    for (k in 1:K) {
      lps[k] = log(w[k]) + normal_lpdf(y[n] | location[k], 1);
    }
    responsibility[n] = softmax(lps);
  }
}
