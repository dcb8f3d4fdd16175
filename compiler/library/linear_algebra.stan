// Factorisations and solvers, through kernels of the runtime (tg_...); see runtime/kernels. A local of a declared size checks
// the size of what it is given.

// Says why a factorisation of the matrix failed.
void reject_indefinite(matrix a) {
  if (!check_symmetric(a))
    reject(a, " must be symmetric: elements across the diagonal differ by up to ", asymmetry(a));
  reject(a, " must be positive definite; it is symmetric, and its smallest diagonal element is ", min(diagonal(a)));
}
// Of a size that is known and small, so that the loops become straight code.
matrix small_factor(matrix a) {
  matrix[rows(a), rows(a)] l = lower_factor(a);
  int is_definite = 1;
  for (j in 1:rows(a)) is_definite = is_definite && l[j, j] > 0 && !is_inf(l[j, j]);
  if (!check_symmetric(a))
    reject(a, " must be symmetric: elements across the diagonal differ by up to ", asymmetry(a));
  if (!is_definite)
    reject(a, " must be positive definite; it is symmetric, and its smallest diagonal element is ", min(diagonal(a)));
  return l;
}
vector small_solve_lower(matrix l, vector b) {
  int n = rows(b);
  vector[n] x;
  for (i in 1:n) {
    real rest = b[i];
    for (k in 1:(i - 1)) rest -= l[i, k] * x[k];
    x[i] = rest / l[i, i];
  }
  return x;
}
// Where a matrix was made as l l', the compiler calls known_NAME with l in place of NAME with the matrix: l is lower triangular,
// and its diagonal may have any sign. A factor has a positive one.
matrix known_positive_definite_factor(matrix l) {
  int n = rows(l);
  matrix[n, n] factor;
  if (!(min(abs(diagonal(l))) > 0 && max(abs(l)) < positive_infinity())) reject(l, " must be positive definite");
  for (j in 1:n) factor[, j] = l[, j] * (l[j, j] < 0 ? -1 : 1);
  return factor;
}
matrix positive_definite_factor(matrix a) {
  int n = rows(a);
  matrix[n, n] square = a;
  if (tg_unrolls(n)) return small_factor(square);
  matrix[n, n] l = tg_cholesky(square);
  if (n > 0 && is_nan(l[1, 1]))
    reject_indefinite(a);
  return l;
}
matrix cholesky_decompose(matrix a) { return positive_definite_factor(a); }
matrix symmetrize_from_lower_tri(matrix a) {
  int n = rows(a);
  matrix[n, n] square = a;
  matrix[n, n] s = square;
  for (j in 2:n) for (i in 1:(j - 1)) s[i, j] = square[j, i];
  return s;
}

vector mdivide_left_tri_low(matrix a, vector b) {
  int n = rows(b);
  matrix[n, n] l = a;
  if (tg_unrolls(n)) return small_solve_lower(l, b);
  return tg_solve_lower(l, b, 0);
}
matrix mdivide_left_tri_low(matrix a, matrix b) {
  int n = rows(b);
  matrix[n, n] l = a;
  return tg_solve_lower(l, b, 0);
}
row_vector mdivide_right_tri_low(row_vector b, matrix a) {
  int n = cols(b);
  matrix[n, n] l = a;
  return tg_solve_lower(l, b', 1)';
}
matrix mdivide_right_tri_low(matrix b, matrix a) {
  int n = cols(b);
  matrix[n, n] l = a;
  return tg_solve_lower(l, b', 1)';
}
vector mdivide_left_spd(matrix a, vector b) {
  int n = rows(b);
  matrix[n, n] square = a;
  matrix[n, n] l = positive_definite_factor(square);
  return tg_solve_lower(l, tg_solve_lower(l, b, 0), 1);
}
matrix mdivide_left_spd(matrix a, matrix b) {
  int n = rows(b);
  matrix[n, n] square = a;
  matrix[n, n] l = positive_definite_factor(square);
  return tg_solve_lower(l, tg_solve_lower(l, b, 0), 1);
}
row_vector mdivide_right_spd(row_vector b, matrix a) { return mdivide_left_spd(a, b')'; }
matrix mdivide_right_spd(matrix b, matrix a) { return mdivide_left_spd(a, b')'; }
vector mdivide_left(matrix a, vector b) {
  int n = rows(b);
  matrix[n, n] square = a;
  return tg_solve(square, b);
}
matrix mdivide_left(matrix a, matrix b) {
  int n = rows(b);
  matrix[n, n] square = a;
  return tg_solve(square, b);
}
row_vector mdivide_right(row_vector b, matrix a) { return mdivide_left(a', b')'; }
matrix mdivide_right(matrix b, matrix a) { return mdivide_left(a', b')'; }

matrix inverse(matrix a) {
  int n = rows(a);
  matrix[n, n] square = a;
  return tg_inverse(square);
}
matrix inverse_spd(matrix a) {
  int n = rows(a);
  matrix[n, n] square = a;
  matrix[n, n] y = tg_inverse_spd(square);
  if (n > 0 && is_nan(y[1, 1]))
    reject_indefinite(a);
  return y;
}
matrix chol2inv(matrix l) {
  int n = rows(l);
  matrix[n, n] square = l;
  int above = 0;
  for (j in 2:n) for (i in 1:(j - 1)) above += square[i, j] != 0;
  if (above > 0) reject(l, " must be lower triangular");
  return crossprod(tg_solve_lower(square, identity_matrix(n), 0));
}
real determinant(matrix a) {
  int n = rows(a);
  matrix[n, n] square = a;
  return tg_determinant(square)[1];
}
real log_determinant(matrix a) {
  int n = rows(a);
  matrix[n, n] square = a;
  return tg_determinant(square)[2];
}
real known_log_determinant(matrix l) { return 2 * sum(log(abs(diagonal(l)))); }
real log_determinant_spd(matrix a) { return 2 * sum(log(diagonal(positive_definite_factor(a)))); }
matrix matrix_power(matrix a, int k) {
  int n = rows(a);
  if (k < 0) reject("matrix_power: the exponent must not be negative");
  if (k == 0) return identity_matrix(n);
  matrix[n, n] base = a;
  matrix[n, n] power = base;
  for (i in 2:k) power = power * base;
  return power;
}
matrix matrix_exp(matrix a) {
  int n = rows(a);
  matrix[n, n] square = a;
  return tg_matrix_exp(square);
}
matrix matrix_exp_multiply(matrix a, matrix b) { return matrix_exp(a) * b; }
matrix scale_matrix_exp_multiply(real t, matrix a, matrix b) { return matrix_exp(t * a) * b; }

vector eigenvalues_sym(matrix a) {
  int n = rows(a);
  matrix[n, n] square = a;
  vector[n] values = tg_eigenvalues(square);
  if (n > 0 && is_nan(values[1]))
    reject(a, " must be symmetric: elements across the diagonal differ by up to ", asymmetry(a));
  return values;
}
matrix eigenvectors_sym(matrix a) {
  int n = rows(a);
  matrix[n, n] square = a;
  matrix[n, n] vectors = tg_eigenvectors(square);
  if (n > 0 && is_nan(vectors[1, 1]))
    reject(a, " must be symmetric: elements across the diagonal differ by up to ", asymmetry(a));
  return vectors;
}
vector singular_values(matrix a) { return tg_singular_values(a); }
matrix svd_U(matrix a) { return tg_svd_u(a); }
matrix svd_V(matrix a) { return tg_svd_v(a); }

// The first columns make a square matrix if there are more of them than rows; the others follow from its factors.
matrix qr_thin_Q(matrix a) {
  int k = min(rows(a), cols(a));
  matrix[rows(a), k] first = a[, 1:k];
  return tg_qr_q(first);
}
matrix qr_thin_R(matrix a) {
  int k = min(rows(a), cols(a));
  matrix[rows(a), k] first = a[, 1:k];
  matrix[k, cols(a)] r;
  r[, 1:k] = tg_qr_r(first);
  if (k < cols(a)) r[, (k + 1):cols(a)] = tg_qr_q(first)' * a[, (k + 1):cols(a)];
  return r;
}
// The columns beyond those of the thin factor are the last ones of the product of reflections, I - V T V'. They follow from
// the first ones, Q1: with the signs that reflections give it, Q1 - I = V U, where V is lower and U upper triangular.
matrix qr_Q(matrix a) {
  int m = rows(a);
  int k = min(m, cols(a));
  matrix[m, k] thin = qr_thin_Q(a);
  matrix[m, m] q;
  q[, 1:k] = thin;
  if (m > k) {
    matrix[k, k] left = thin[1:k];
    matrix[m, k] vu = thin;
    for (j in 1:k) {
      real sign = left[j, j] >= 0 ? -1 : 1;
      for (i in (j + 1):k) {
        real factor = sign * left[i, j] / (sign * left[j, j] - 1);
        for (l in (j + 1):k) left[i, l] -= factor * left[j, l];
      }
      vu[, j] *= sign;
      vu[j, j] -= 1;
    }
    q[, (k + 1):m] = vu * mdivide_left(vu[1:k]', vu[(k + 1):m]');
    for (j in (k + 1):m) q[j, j] += 1;
  }
  return q;
}
matrix qr_R(matrix a) {
  int k = min(rows(a), cols(a));
  matrix[rows(a), cols(a)] r = rep_matrix(0, rows(a), cols(a));
  r[1:k] = qr_thin_R(a);
  return r;
}
matrix generalized_inverse(matrix a) {
  int m = rows(a);
  int n = cols(a);
  matrix[n, m] g;
  if (m < n) g = mdivide_left_spd(symmetrize_from_lower_tri(a * a'), a)';
  else if (m > n) g = mdivide_left_spd(symmetrize_from_lower_tri(a' * a), a');
  else {
    vector[n] s = singular_values(a);
    if (n > 0 && s[n] <= n * machine_precision() * s[1])
      reject("generalized_inverse: not supported yet: a square matrix without full rank");
    g = inverse(a);
  }
  return g;
}
