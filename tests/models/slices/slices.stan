// Indexing: ranges with open ends, integer arrays, whole rows and columns, nested arrays, on both sides of an
// assignment.
data {
  int<lower=1> N;
  int<lower=1> K;
  array[N] int<lower=1, upper=K> group;
  array[3] int<lower=1, upper=N> chosen;
  matrix[N, K] X;
}
parameters {
  vector[N] v;
  row_vector[K] r;
  matrix[N, K] m;
  array[K] vector[N] w;
  array[N, K] real a;
}
transformed parameters {
  vector[N] s;
  matrix[N, K] t;
  s[1:2] = v[N - 1 : N];
  s[3:] = v[:N - 2];
  t = m;
  t[1] = r;
  t[:, 2] = w[1];
  t[2:3, 1:2] = X[1:2, 2:3];
  t[chosen, K] = v[chosen] .* w[2][chosen];
}
model {
  v ~ normal(0, 1);
  r ~ normal(0, 1);
  to_vector(m) ~ normal(0, 2);
  for (k in 1:K) {
    w[k] ~ normal(r[k], 1);
  }
  for (n in 1:N) {
    a[n] ~ normal(0, 1);
  }
  {
    vector[N] mu = r[group]';
    array[2] vector[N] copies = w[2:3];
    array[N] real column = a[:, 2];
    matrix[2, K] block = m[{1, N}];
    matrix[3, 2] gathered = m[chosen, {3, 1}];
    row_vector[2] part = m[2, 2:];
    vector[2] down = m[2:3, 1];
    mu[chosen] += 1;
    copies[1][2:4] = v[1:3];
    copies[2, 1] = sum(column[2:4]);
    block[2] *= 2;
    block[1, 1:2] -= part;
    gathered[:, 1] = copies[1][chosen];
    s ~ normal(mu, 2);
    copies[1] ~ normal(copies[2], 3);
    target += -0.5 * dot_self(to_vector(block)) - 0.1 * sum(gathered) + down' * v[{1, 2}];
    target += normal_lpdf(to_vector(t[:, 1:2]) | 0.5, 1.5);
    target += -dot_self(m[:, 1] - m[:, 2]) - dot_self(m[2] - r);
  }
}
generated quantities {
  array[2] vector[3] picked = w[2:3, chosen];
  array[3, 2] real corner = a[chosen, 2:3];
  row_vector[K] last = t[N];
}
