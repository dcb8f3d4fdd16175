// Matrices taken apart and put together, and products of them.

row_vector row(matrix x, int m) { return x[m]; }
vector col(matrix x, int n) { return x[, n]; }
vector sub_col(matrix x, int i, int j, int n) { return x[i:(i + n - 1), j]; }
row_vector sub_row(matrix x, int i, int j, int n) { return x[i, j:(j + n - 1)]; }
matrix block(matrix x, int i, int j, int m, int n) { return x[i:(i + m - 1), j:(j + n - 1)]; }

matrix append_col(vector x, vector y) {
  matrix[rows(x), 2] z;
  z[, 1] = x;
  z[, 2] = y;
  return z;
}
matrix append_col(matrix x, vector y) {
  matrix[rows(x), cols(x) + 1] z;
  for (j in 1:cols(x)) z[, j] = x[, j];
  z[, cols(x) + 1] = y;
  return z;
}
matrix append_col(matrix x, matrix y) {
  matrix[rows(x), cols(x) + cols(y)] z;
  for (j in 1:cols(x)) z[, j] = x[, j];
  for (j in 1:cols(y)) z[, cols(x) + j] = y[, j];
  return z;
}
matrix append_col(vector x, matrix y) {
  matrix[rows(x), 1 + cols(y)] z;
  z[, 1] = x;
  for (j in 1:cols(y)) z[, 1 + j] = y[, j];
  return z;
}
matrix append_row(matrix x, matrix y) { return append_col(x', y')'; }
matrix append_row(row_vector x, matrix y) { return append_col(x', y')'; }
matrix append_row(matrix x, row_vector y) { return append_col(x', y')'; }
matrix append_row(row_vector x, row_vector y) { return append_col(x', y')'; }

// Column by column, as matrices lie in memory.
matrix to_matrix(vector x, int m, int n) {
  if (m * n != rows(x)) reject("to_matrix: rows times columns must be the number of elements");
  matrix[m, n] y;
  for (j in 1:n) y[, j] = x[((j - 1) * m + 1):(j * m)];
  return y;
}
matrix to_matrix(row_vector x, int m, int n) { return to_matrix(x', m, n); }
matrix to_matrix(matrix x, int m, int n) { return to_matrix(to_vector(x), m, n); }
matrix to_matrix(array[] real x, int m, int n) { return to_matrix(to_vector(x), m, n); }
matrix to_matrix(array[] int x, int m, int n) { return to_matrix(to_vector(x), m, n); }
matrix to_matrix(vector x) { return to_matrix(x, rows(x), 1); }
matrix to_matrix(row_vector x) { return to_matrix(x', 1, cols(x)); }
matrix to_matrix(matrix x) { return x; }
matrix to_matrix(array[] row_vector x) {
  matrix[size(x), size(x) == 0 ? 0 : cols(x[1])] y;
  for (i in 1:size(x)) y[i] = x[i];
  return y;
}

matrix to_matrix(array[,] real x) {
  int n = size(x) == 0 ? 0 : size(x[1]);
  matrix[size(x), n] y;
  for (i in 1:size(x)) for (j in 1:n) y[i, j] = x[i, j];
  return y;
}
matrix to_matrix(array[,] int x) {
  int n = size(x) == 0 ? 0 : size(x[1]);
  matrix[size(x), n] y;
  for (i in 1:size(x)) for (j in 1:n) y[i, j] = x[i, j];
  return y;
}
// The last argument says whether x is read column by column.
matrix to_matrix(vector x, int m, int n, int by_columns) {
  if (by_columns) return to_matrix(x, m, n);
  return to_matrix(x, n, m)';
}
matrix to_matrix(row_vector x, int m, int n, int by_columns) { return to_matrix(x', m, n, by_columns); }
matrix to_matrix(matrix x, int m, int n, int by_columns) { return to_matrix(to_vector(x), m, n, by_columns); }
matrix to_matrix(array[] real x, int m, int n, int by_columns) { return to_matrix(to_vector(x), m, n, by_columns); }
matrix to_matrix(array[] int x, int m, int n, int by_columns) { return to_matrix(to_vector(x), m, n, by_columns); }
array[,] real to_array_2d(matrix x) {
  array[rows(x), cols(x)] real y;
  for (i in 1:rows(x)) for (j in 1:cols(x)) y[i, j] = x[i, j];
  return y;
}

matrix diag_matrix(vector x) {
  int N = rows(x);
  matrix[N, N] m = rep_matrix(0, N, N);
  for (n in 1:N) m[n, n] = x[n];
  return m;
}
matrix diag_pre_multiply(vector x, matrix m) {
  matrix[rows(m), cols(m)] y;
  vector[rows(m)] scale = x;
  for (j in 1:cols(m)) for (i in 1:rows(m)) y[i, j] = scale[i] * m[i, j];
  return y;
}
matrix diag_post_multiply(matrix m, vector x) {
  matrix[rows(m), cols(m)] y;
  vector[cols(m)] scale = x;
  for (j in 1:cols(m)) for (i in 1:rows(m)) y[i, j] = m[i, j] * scale[j];
  return y;
}
matrix diag_pre_multiply(row_vector x, matrix m) { return diag_pre_multiply(x', m); }
matrix diag_post_multiply(matrix m, row_vector x) { return diag_post_multiply(m, x'); }
matrix identity_matrix(int K) { return diag_matrix(rep_vector(1, K)); }
matrix add_diag(matrix m, vector x) {
  matrix[rows(m), cols(m)] y = m;
  for (k in 1:min(rows(m), cols(m))) y[k, k] += x[k];
  return y;
}
matrix add_diag(matrix m, row_vector x) { return add_diag(m, x'); }
matrix add_diag(matrix m, real x) { return add_diag(m, rep_vector(x, min(rows(m), cols(m)))); }

real mean(matrix x) { return sum(x) / num_elements(x); }
real variance(matrix x) { return variance(to_vector(x)); }
real sd(matrix x) { return sqrt(variance(to_vector(x))); }
real trace(matrix m) { return sum(diagonal(m)); }
row_vector columns_dot_product(matrix x, matrix y) {
  row_vector[cols(x)] z;
  for (j in 1:cols(x)) z[j] = dot_product(x[, j], y[, j]);
  return z;
}
vector rows_dot_product(matrix x, matrix y) { return columns_dot_product(x', y')'; }
row_vector columns_dot_product(row_vector x, row_vector y) { return x .* y; }
vector rows_dot_product(vector x, vector y) { return x .* y; }
row_vector columns_dot_self(matrix x) { return columns_dot_product(x, x); }
vector rows_dot_self(matrix x) { return columns_dot_product(x', x')'; }
row_vector columns_dot_product(vector x, vector y) { return [dot_product(x, y)]; }
vector rows_dot_product(row_vector x, row_vector y) { return [dot_product(x, y)]'; }
row_vector columns_dot_self(vector x) { return [dot_self(x)]; }
row_vector columns_dot_self(row_vector x) { return x .* x; }
vector rows_dot_self(row_vector x) { return [dot_self(x)]'; }
vector rows_dot_self(vector x) { return x .* x; }
matrix crossprod(matrix m) { return m' * m; }
matrix tcrossprod(matrix m) { return m * m'; }
matrix multiply_lower_tri_self_transpose(matrix m) {
  matrix[rows(m), cols(m)] lower = rep_matrix(0, rows(m), cols(m));
  for (j in 1:cols(m)) for (i in j:rows(m)) lower[i, j] = m[i, j];
  return lower * lower';
}
void require_symmetric(matrix m) {
  if (!check_symmetric(m))
    reject(m, " must be symmetric: elements across the diagonal differ by up to ", asymmetry(m));
}
real quad_form(matrix m, vector x) { return dot_product(x, m * x); }
matrix quad_form(matrix m, matrix x) { return x' * (m * x); }
real quad_form_sym(matrix m, vector x) {
  require_symmetric(m);
  return dot_product(x, m * x);
}
matrix quad_form_sym(matrix m, matrix x) {
  require_symmetric(m);
  matrix[cols(x), cols(x)] y = x' * (m * x);
  return 0.5 * (y + y');
}
real trace_dot(matrix x, matrix y) { return sum(x .* y'); }
real trace_quad_form(matrix m, vector x) { return dot_product(x, m * x); }
real trace_quad_form(matrix m, matrix x) { return sum(x .* (m * x)); }
real trace_gen_quad_form(matrix d, matrix m, matrix x) { return sum((x * d') .* (m * x)); }
matrix quad_form_diag(matrix m, vector x) { return diag_pre_multiply(x, diag_post_multiply(m, x)); }
matrix quad_form_diag(matrix m, row_vector x) { return quad_form_diag(m, x'); }

// Sparse matrices: w are the elements row by row, v their columns, u where each row begins.
void check_csr(int m, int n, vector w, array[] int v, array[] int u) {
  if (m <= 0 || n <= 0) reject("a sparse matrix needs rows and columns");
  if (size(u) != m + 1 || size(v) != rows(w)) reject("a sparse matrix needs as many columns as elements, and one start a row");
  int in_range = 1;
  for (c in v) in_range = in_range && c >= 1 && c <= n;
  if (!in_range) reject("a column of a sparse matrix is out of range");
}
vector csr_matrix_times_vector(int m, int n, vector w, array[] int v, array[] int u, vector b) {
  check_csr(m, n, w, v, u);
  vector[n] right = b;
  vector[m] y;
  for (i in 1:m) {
    real total = 0;
    for (k in u[i]:(u[i + 1] - 1)) total += w[k] * right[v[k]];
    y[i] = total;
  }
  return y;
}
matrix csr_to_dense_matrix(int m, int n, vector w, array[] int v, array[] int u) {
  check_csr(m, n, w, v, u);
  matrix[m, n] y = rep_matrix(0, m, n);
  for (i in 1:m) for (k in u[i]:(u[i + 1] - 1)) y[i, v[k]] = w[k];
  return y;
}

// The elements that are not 0, row by row; their columns; where each row begins, and the last one ends.
int count_nonzero(matrix a) {
  int n = 0;
  for (j in 1:cols(a)) for (i in 1:rows(a)) n += a[i, j] != 0;
  return n;
}
vector csr_extract_w(matrix a) {
  vector[count_nonzero(a)] w;
  int n = 0;
  for (i in 1:rows(a)) {
    for (j in 1:cols(a)) {
      if (a[i, j] != 0) {
        n += 1;
        w[n] = a[i, j];
      }
    }
  }
  return w;
}
array[] int csr_extract_v(matrix a) {
  array[count_nonzero(a)] int v;
  int n = 0;
  for (i in 1:rows(a)) {
    for (j in 1:cols(a)) {
      if (a[i, j] != 0) {
        n += 1;
        v[n] = j;
      }
    }
  }
  return v;
}
array[] int csr_extract_u(matrix a) {
  array[rows(a) + 1] int u;
  u[1] = 1;
  for (i in 1:rows(a)) {
    u[i + 1] = u[i];
    for (j in 1:cols(a)) u[i + 1] += a[i, j] != 0;
  }
  return u;
}
