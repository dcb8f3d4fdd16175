// Items with different numbers of categories: vectors of the row, of a size that is data. Sequences with a filter of their
// own in each row.
functions {
  real pcm(int y, real theta, vector beta) {
    vector[rows(beta) + 1] unsummed = append_row(rep_vector(0.0, 1), theta - beta);
    vector[rows(beta) + 1] probs = softmax(cumulative_sum(unsummed));
    return categorical_lpmf(y + 1 | probs);
  }
}
data {
  int<lower=1> I;
  int<lower=1> J;
  int<lower=1> N;
  array[N] int<lower=1, upper=I> ii;
  array[N] int<lower=1, upper=J> jj;
  array[N] int<lower=0> y;
  array[I] int<lower=1> m;
  array[I] int<lower=1> pos;
  int<lower=1> S;
  int<lower=1> T;
  int<lower=2> K;
  array[S] int<lower=1, upper=T> first;
  array[S, T] int<lower=0, upper=1> seen;
}
parameters {
  vector<lower=0>[I] alpha;
  vector[sum(m)] beta;
  vector[J] theta;
  vector<lower=0, upper=1>[K] stay;
  vector<lower=0, upper=1>[K] p;
}
model {
  alpha ~ lognormal(1, 1);
  beta ~ normal(0, 3);
  theta ~ normal(0.1, 1);
  for (n in 1:N)
    target += pcm(y[n], theta[jj[n]] .* alpha[ii[n]], segment(beta, pos[ii[n]], m[ii[n]]));
  for (s in 1:S) {
    array[T, K] real gamma;
    for (k in 1:K) gamma[first[s], k] = 1.0 / K;
    for (t in (first[s] + 1):T) {
      vector[K] after;
      for (k in 1:K) {
        real total = 0;
        for (j in 1:K) total += gamma[t - 1, j] * (j == k ? stay[j] : (1 - stay[j]) / (K - 1));
        after[k] = total * (seen[s, t] == 1 ? p[k] : 1 - p[k]);
      }
      gamma[t] = to_array_1d(after);
    }
    target += log(sum(gamma[T]));
  }
}
