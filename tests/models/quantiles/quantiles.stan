// Quantiles of data; products of elements.
data {
  vector[5] samples;
}
parameters {
  matrix[2, 2] m;
}
model {
  target += prod(m) - dot_self(to_vector(m));
}
generated quantities {
  real middle = quantile(samples, 0.5);
  array[4] real several = quantile(to_row_vector(samples), {0.0, 0.3, 0.77, 1.0});
  real one = quantile(to_array_1d(samples), 0.11);
}
