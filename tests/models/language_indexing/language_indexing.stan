// Every kind of index in every place: on arrays, vectors and matrices, alone and mixed, read and assigned to.
functions {
  int next_index(int n) { return n + 1; }
}
data {
  int<lower=4> N;
  int<lower=0> K;
  array[K] int<lower=1, upper=N> idx;
  array[2, 3] int<lower=1, upper=N> pairs;
  matrix[N, 5] X;
  array[2, N] vector[3] av;
  array[3] matrix[2, 4] am;
  array[2, 3, 4] real r3;
}
transformed data {
  array[0] int nothing;
  array[N] int back;
  for (n in 1 : N) {
    back[n] = N + 1 - n;
  }
  array[3, 2] int table = {{1, 2}, {3, 4}, {2, 1}};
  table[{1, 3}, 2] = {4, 3};
  table[2] = {2, 2};
}
parameters {
  vector[N] a;
  row_vector[5] b;
  matrix[N, 5] M;
}
transformed parameters {
  vector[N] t = a;
  t[2 : 3] = a[3 : 4] .* a[1 : 2];
  t[idx[1]] += 2;
  t[back[1 : 2]] *= 0.5;
  matrix[N, 5] W = X;
  W[1] = b;
  W[2, 2 : 4] = b[1 : 3];
  W[ : , 5] = a;
  W[3 : , 1 : 2] = M[1 : N - 2, 4 : 5];
  W[idx[1 : 2], {3, 1}] = M[1 : 2, 2 : 3];
  W[4, ] -= 0.1 * b;
  W[3][2] = a[1];
  W[3][2 : 3] = b[4 : 5];
  W[3, 4] /= 1 + square(a[2]);
  row_vector[5] q = b;
  q[ : 2] = b[3 : 4];
  q[4 : ] = b[ : 2];
  q[2 : 1] = b[5 : 4];
}
model {
  a ~ normal(0, 1);
  b ~ normal(a[1], 2);
  to_vector(M) ~ normal(0, 1);
  a[idx] ~ normal(t[back[idx]], 1.5);
  a[nothing] ~ normal(0, 1);
  M[2, 3 : 2] ~ normal(0, 1);
  target += -0.1 * dot_self(W[idx, 3]);
  target += -0.1 * sum(square(to_vector(W[ : , 1 : 3]))) - 0.01 * sum(W[2 : 3, idx[1 : 1]]);
  for (n in 1 : N - 1) {
    target += -0.2 * square(a[next_index(n)] - a[n]);
  }
}
generated quantities {
  vector[K] g1 = t[idx];
  matrix[K, 2] g2 = W[idx, 2 : 3];
  vector[N] g3 = W[ : , 2];
  row_vector[5] g4 = W[2];
  row_vector[2] g5 = W[2, {4, 1}];
  vector[2] g6 = W[{1, 4}, 5];
  matrix[2, 3] g7 = W[2 : 3, 2 : 4];
  real g8 = W[2 : 3][2, 3];
  array[2] vector[3] g9 = av[ : , 2];
  vector[3] g10 = av[2, 1];
  array[2, 2] vector[2] g11 = av[ : , {3, 1}, 2 : 3];
  array[2, N] real g12 = av[ : , : , 3];
  real g13 = av[1][2][3];
  matrix[2, 4] g14 = am[3];
  array[2] matrix[1, 2] g15 = am[2 : 3, 2 : 2, {4, 1}];
  array[3] row_vector[4] g16 = am[ : , 2];
  array[3] vector[2] g17 = am[ : , : , 3];
  array[3, 2] real g18 = r3[1][ : , 2 : 3];
  array[2] real g19 = r3[ : , 2, 4];
  array[2, 1, 2] real g20 = r3[ : , {3}, 2 : 3];
  array[2, 3] int g21 = pairs[{2, 1}];
  array[2] int g22 = pairs[ : , 3];
  array[K] int g23 = back[idx];
  int g24 = pairs[2][3];
  array[2] vector[2] g25;
  g25[ : , 1] = {1.5, a[1]};
  g25[ : , 2] = to_array_1d(a[1 : 2]);
  array[2, 2] matrix[2, 2] g26;
  for (i in 1 : 2) {
    g26[i] = {am[1][ : , 1 : 2], am[2][ : , 3 : 4]};
    g26[i, 1, 2] = b[i : i + 1];
    g26[i, 2][1, 2] = i;
    g26[i, 2, : , 1] = a[1 : 2];
  }
  array[N] int g27 = back;
  g27[idx] = idx;
  g27[{1, 1}] = {7, 9};
  vector[N] g28 = a;
  g28[idx] = g28[back[idx]];
  g28[1 : 3] = g28[2 : 4];
  array[3, 2] int g29 = table;
  vector[0] g30 = a[nothing];
  matrix[0, 2] g31 = W[nothing, 1 : 2];
  matrix[2, 0] g32 = W[1 : 2, nothing];
  array[2] real g33 = r3[2, 3, {4, 1}];
  matrix[5, N] g34 = W';
  g34[2 : 3, : ] = M[ : , 1 : 2]';
}
