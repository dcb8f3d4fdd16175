// Ordered vectors and simplexes: alone, in arrays, in arrays of arrays, and of one element.
data {
  int<lower=1> K;
  int<lower=1> M;
}
parameters {
  ordered[K] cut;
  positive_ordered[K] rate;
  simplex[K] weight;
  array[M] ordered[2] cuts;
  array[M] positive_ordered[2] rates;
  array[M, 2] simplex[K] table;
  simplex[1] sure;
  ordered[1] lone;
}
model {
  cut ~ normal(0, 2);
  rate ~ exponential(0.5);
  target += 2 * log(weight[1]) + 3 * log(weight[K]);
  for (m in 1:M) {
    cuts[m] ~ normal(m, 1);
    rates[m] ~ lognormal(0, 1);
    for (i in 1:2) {
      target += dot_product(log(table[m, i]), cumulative_sum(rep_vector(0.5, K)));
    }
  }
  target += sum(sure) - square(lone[1]);
}
generated quantities {
  vector[K] mixed = table[1, 1] .* weight;
  real gap = cut[K] - cut[1];
}
