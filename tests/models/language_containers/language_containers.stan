// Containers of every kind: sizes, literals, copies, conversions, sorting and joining them.
data {
  int<lower=0> Z; // zero
  int<lower=2> N;
  array[2, 3, 2] real r3;
  array[2, 3] int i2;
  array[N] int k;
  matrix[2, 3] m;
  array[2] matrix[2, 3] am;
  array[2, 2] vector[3] av2;
  array[Z] real none;
  array[Z, 2] vector[3] none2;
}
parameters {
  vector[N] a;
  row_vector[3] b;
}
transformed parameters {
  array[2, 2] real lit = {{a[1], 2}, {b[1], a[2]}};
  array[2] vector[N] vecs = {a, 2 * a};
  array[2] row_vector[3] rows_ = {b, [1, 2, a[1]]};
  matrix[2, 3] mat = [b, [a[1], a[2], 1]];
  array[2, 1] matrix[2, 3] mats = {{mat}, {m}};
  array[3] vector[N] reps = rep_array(a, 3);
  array[2, 2] row_vector[3] reps2 = rep_array(b, 2, 2);
  array[2] matrix[2, 3] repm = rep_array(mat, 2);
  vector[Z] empty;
}
model {
  a ~ normal(0, 1);
  b ~ normal(0, 1);
  vecs[2] ~ normal(0, 3);
  to_vector(mats[1, 1]) ~ normal(0, 2);
  target += sum(lit[2]) * 0.1 - 0.1 * sum(square(to_vector(repm[2])));
  target += sum(empty) + num_elements(none2) * a[1] + size(none2) * a[2];
}
generated quantities {
  array[3] int d1 = dims(r3);
  array[2] int d2 = dims(m);
  array[4] int d3 = dims(av2);
  array[3] int d4 = dims(am);
  array[2] int d5 = dims(a);
  array[2] int d7 = dims(b);
  array[0] int d6 = dims(1.5);
  array[8] int s = {size(r3), size(m), size(av2), size(a), size(b), size(am), size(1.0), size(none)};
  array[6] int n = {num_elements(r3), num_elements(m), num_elements(av2), num_elements(am), num_elements(i2),
                    num_elements(none)};
  array[6] int rc = {rows(m), cols(m), rows(a), cols(a), rows(b), cols(b)};
  array[12] real flat3 = to_array_1d(r3);
  array[6] int flati = to_array_1d(i2);
  array[6] real flatm = to_array_1d(m);
  array[3] real flatb = to_array_1d(b);
  array[2, 3] real am2 = to_array_2d(m);
  array[2, 3] real amat2 = to_array_2d(mat);
  vector[6] v6 = to_vector(m);
  row_vector[6] rv6 = to_row_vector(m);
  vector[3] vb = to_vector(b);
  row_vector[N] ra = to_row_vector(a);
  matrix[3, 1] tm1 = to_matrix(b, 3, 1);
  matrix[1, 3] tm2 = to_matrix(b);
  matrix[3, 2] tm3 = to_matrix(m, 3, 2);
  matrix[3, 2] tm4 = to_matrix(m, 3, 2, 0);
  matrix[2, 3] tm5 = to_matrix(flatm, 2, 3);
  matrix[2, 3] tm6 = to_matrix(flatm, 2, 3, 0);
  matrix[2, 3] tm7 = to_matrix(i2);
  matrix[2, 3] tm8 = to_matrix(to_array_2d(mat));
  matrix[N, 1] tm9 = to_matrix(a);
  matrix[3, 2] tm10 = to_matrix(flati, 3, 2, 0);
  matrix[2, 3] tm11 = to_matrix({b, 2 * b});
  array[N] int ks = sort_asc(k);
  array[N] int kd = sort_desc(k);
  array[N] int ki = sort_indices_asc(k);
  array[N] int ad = sort_indices_desc(a);
  vector[N] as = sort_asc(a);
  row_vector[3] bs = sort_desc(b);
  array[3] real fs = sort_asc(flatb);
  array[4] int rk = {rank(a, 1), rank(k, 2), rank(b, 3), rank(flatb, 1)};
  array[2 * N] int kk = append_array(k, ks);
  array[4] vector[3] avv = append_array(av2[1], av2[2]);
  array[4, 3, 2] real r33 = append_array(r3, r3);
  array[3] matrix[2, 3] amm = append_array(am, {mat});
  array[2] real fn = append_array(none, {a[1], 2});
  vector[N + 3] ab = append_row(a, b');
  row_vector[4] ba = append_col(b, 1.5);
  matrix[4, 3] mm = append_row(m, mat);
  matrix[2, 6] mc = append_col(m, mat);
  matrix[3, 3] mb = append_row(b, m);
  matrix[2, 4] ma = append_col(head(a, 2), m);
  vector[N] rev = reverse(a);
  array[N] int krev = reverse(k);
  array[2, 3] int irev = reverse(i2);
  vector[2] h = head(a, 2);
  row_vector[2] ta = tail(b, 2);
  array[2] int hk = head(k, 2);
  array[1, 3] int ti = tail(i2, 1);
  vector[2] sg = segment(a, 2, 2);
  array[2] vector[3] ts = segment(avv, 2, 2);
  vector[2] cl = col(m, 2);
  row_vector[3] rw = row(m, 2);
  matrix[1, 2] bl = block(m, 2, 2, 1, 2);
  vector[1] sc = sub_col(m, 2, 3, 1);
  row_vector[2] sr = sub_row(m, 1, 2, 2);
  array[2, 2] int ri = rep_array(7, 2, 2);
  array[2] int oh = one_hot_int_array(2, 1);
  vector[3] ones = ones_vector(3);
  row_vector[2] zr = zeros_row_vector(2);
  array[2] real oa = ones_array(2);
  array[2] int za = zeros_int_array(2);
  vector[4] ls = linspaced_vector(4, 0, 1.5);
  array[3] int li = linspaced_int_array(3, 1, 5);
  array[3] real la = linspaced_array(3, 0, 1);
  vector[3] uv = uniform_simplex(3);
  matrix[2, 2] id = identity_matrix(2);
  matrix[3, 3] dm = diag_matrix(b');
  vector[N] cs = cumulative_sum(a);
  array[3] real ca = cumulative_sum(flatb);
  array[8] real red = {sum(k), prod(a), min(a), max(k), mean(a), variance(b), sd(a), distance(a, reverse(a))};
  array[5] real pr = {prod(a), prod(b), prod(m), prod(flatb), prod(k)};
  array[3] real qu = {quantile(a, 0.3), quantile(flatb, 0.75), quantile(b, 1)};
  array[3] real qs = quantile(a, {0, 0.25, 0.9});
  array[2] real norms = {norm1(a), norm2(b)};
  vector[N] mods;
  array[7] int ints = {7 %/% 2, -7 %/% 2, -7 % 3, 7 / 2, max(3, k[1]), min(3, k[2]), abs(-4)};
  array[4] int logic = {1 && 0, 2 || 0, !3, k[1] >= 2};
  matrix[2, 3] pw = m .^ 2;
  vector[N] pw2 = a .^ 2 + 2 .^ a;
  row_vector[3] el = b .* b ./ (1 + b .* b) - -b;
  matrix[3, 2] tr = m' + (m * 2)';
  real bil = b * m' * m * b';
  for (i in 1 : N) {
    mods[i] = fmod(a[i], 0.75);
  }
}
