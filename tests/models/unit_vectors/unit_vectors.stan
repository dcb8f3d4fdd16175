// Unit vectors, alone and in arrays; the first point has no direction and lies outside of every support.
data {
  int<lower=1> K;
}
parameters {
  unit_vector[K] u;
  array[2, 2] unit_vector[2] v;
  array[2] unit_vector[3] w;
}
transformed parameters {
  array[2] unit_vector[3] reversed;
  reversed[1] = reverse(w[1]);
  reversed[2] = -w[2];
}
model {
  target += u[1] + 2 * square(u[K]);
  for (i in 1:2) {
    target += i * reversed[i, 1];
    for (j in 1:2) target += (i - 0.5 * j) * v[i, j, 1] + v[i, j, 2];
  }
}
