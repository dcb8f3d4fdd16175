// Factors, products and solutions inside loops and branches: one matrix for each group, one that a loop carries on, rows
// and columns that a loop writes, loops of a length that only a parameter knows.
functions {
  matrix covariance(vector at, real scale) {
    int n = size(at);
    matrix[n, n] K;
    for (i in 1:n) {
      for (j in 1:n) K[i, j] = exp(-scale * square(at[i] - at[j])) + (i == j ? 0.5 : 0);
    }
    return K;
  }
}
data {
  int<lower=1> G;
  int<lower=1> N;
  array[G] vector[N] at;
  array[G] vector[N] y;
  array[G] int<lower=0, upper=1> wide;
  matrix[N, N] D;
}
parameters {
  array[G] real<lower=0> scale;
  array[G] vector[N] f;
  matrix[N, N] A;
  real<lower=0> s;
}
transformed parameters {
  matrix[N, G] means;
  for (g in 1:G) means[, g] = cholesky_decompose(covariance(at[g], scale[g])) * f[g];
}
model {
  target += -dot_self(to_vector(A)) - sum(scale) - s;
  for (g in 1:G) {
    matrix[N, N] L = cholesky_decompose(covariance(at[g], scale[g]));
    f[g] ~ std_normal();
    y[g] ~ multi_normal_cholesky(means[, g], L);
    target += -0.1 * dot_self(mdivide_left_tri_low(L, y[g] - means[, g]));
    if (wide[g]) {
      target += 0.01 * sum(L * A) + 0.01 * sum(mdivide_left_spd(L * L', A[1]'));
    } else {
      target += 0.01 * sum(mdivide_right_tri_low(A, L)) - log_determinant(tcrossprod(L)) + 0.01 * sum(A * D);
    }
  }
  // Carried on: each step needs the matrix before it.
  matrix[N, N] P = diag_matrix(rep_vector(s, N));
  row_vector[N] last = A[1];
  for (g in 1:G) {
    matrix[N, N] F = add_diag(0.1 * A, 0.9);
    P = F * P * F' + D * D';
    P = P - P[, 1] * P[1] / (P[1, 1] + s);
    last = last * inverse_spd(add_diag(0.5 * (P + P'), 1)) + 0.1 * A[g];
    target += 0.01 * quad_form(P, f[g]) + 0.01 * last * f[g];
  }
  // Rows and columns that are written one by one, from products and solutions.
  matrix[N, N] R = D;
  for (n in 2:N) {
    R[n] = R[n - 1] * A + 0.1 * R[n];
    R[, n] = mdivide_left(add_diag(D * D', 1), R[, n] * s);
  }
  target += 0.01 * sum(square(R));
  // How often this runs, a parameter decides.
  real left = s;
  matrix[N, N] S = A;
  while (left > 0.6) {
    S = 0.5 * A * S + D;
    left = left * 0.5;
  }
  target += 0.01 * sum(S .* A) + 0.01 * log_determinant_spd(add_diag(crossprod(S), 1));
}
generated quantities {
  array[G] matrix[N, N] factors;
  for (g in 1:G) factors[g] = cholesky_decompose(covariance(at[g], scale[g]));
}
