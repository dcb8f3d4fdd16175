// What data and transformed parameters of constrained types must satisfy; Stan's tolerance is 1e-8.

int check_simplex(vector x) {
  real total = 0;
  int nonnegative = 1;
  for (k in 1:rows(x)) {
    total += x[k];
    if (!(x[k] >= 0)) nonnegative = 0;
  }
  return nonnegative && abs(total - 1) <= 1e-8;
}

int check_ordered(vector x) {
  int sorted = 1;
  for (k in 2:rows(x)) if (!(x[k] > x[k - 1])) sorted = 0;
  return sorted;
}

int check_positive_ordered(vector x) {
  int sorted = 1;
  for (k in 1:rows(x)) {
    if (k == 1) {
      if (!(x[k] >= 0)) sorted = 0;
    } else if (!(x[k] > x[k - 1])) {
      sorted = 0;
    }
  }
  return sorted;
}

int check_unit_vector(vector x) {
  return abs(dot_self(x) - 1) <= 1e-8;
}

int check_sum_to_zero_vector(vector x) { return abs(sum(x)) <= 1e-8; }
int check_sum_to_zero_matrix(matrix x) {
  int balanced = 1;
  for (m in 1:rows(x)) if (!check_sum_to_zero_vector(x[m]')) balanced = 0;
  for (n in 1:cols(x)) if (!check_sum_to_zero_vector(x[, n])) balanced = 0;
  return balanced;
}
int check_row_stochastic_matrix(matrix x) {
  int stochastic = 1;
  for (m in 1:rows(x)) if (!check_simplex(x[m]')) stochastic = 0;
  return stochastic;
}
int check_column_stochastic_matrix(matrix x) { return check_row_stochastic_matrix(x'); }

int check_cholesky_factor_cov(matrix x) {
  int triangular = cols(x) >= 1;
  for (j in 1:cols(x)) {
    for (i in 1:(j - 1)) if (x[i, j] != 0) triangular = 0;
    if (!(x[j, j] > 0)) triangular = 0;
  }
  return triangular;
}
int check_cholesky_factor_corr(matrix x) {
  int unit = 1;
  for (i in 1:rows(x)) if (!check_unit_vector(x[i]')) unit = 0;
  return unit && (rows(x) == 0 || check_cholesky_factor_cov(x));
}

// The lower Cholesky factor of a symmetric matrix; with NaN on the diagonal where there is none.
matrix lower_factor(matrix x) {
  int K = rows(x);
  matrix[K, K] a = x;
  if (!tg_unrolls(K)) return tg_cholesky(a);
  matrix[K, K] L = rep_matrix(0, K, K);
  for (j in 1:K) {
    real pivot = a[j, j];
    for (k in 1:(j - 1)) pivot -= square(L[j, k]);
    L[j, j] = sqrt(pivot);
    for (i in (j + 1):K) {
      real rest = a[i, j];
      for (k in 1:(j - 1)) rest -= L[i, k] * L[j, k];
      L[i, j] = rest / L[j, j];
    }
  }
  return L;
}
int check_symmetric(matrix x) {
  int violations = rows(x) != cols(x);
  for (j in 2:min(rows(x), cols(x))) for (i in 1:(j - 1)) violations += !(abs(x[i, j] - x[j, i]) <= 1e-8);
  return violations == 0;
}
int check_positive_definite(matrix x) {
  int positive = rows(x) >= 1;
  matrix[rows(x), rows(x)] L = lower_factor(x);
  for (k in 1:rows(x)) if (!(L[k, k] > (rows(x) == 1 ? 1e-4 : 0.0))) positive = 0;
  return positive;
}
int check_unit_diagonal(matrix x) {
  int unit = 1;
  for (k in 1:rows(x)) if (!(abs(x[k, k] - 1) <= 1e-8)) unit = 0;
  return unit;
}
// Of x x', for x that is lower triangular with a diagonal of any sign; see linear_algebra.stan.
int known_check_symmetric(matrix x) { return max(abs(x)) < positive_infinity(); }
int known_check_positive_definite(matrix x) {
  int positive = rows(x) >= 1;
  for (k in 1:rows(x)) if (!(abs(x[k, k]) > (rows(x) == 1 ? 1e-4 : 0.0))) positive = 0;
  return positive;
}
int known_check_unit_diagonal(matrix x) {
  int unit = 1;
  for (k in 1:rows(x)) if (!(abs(dot_self(x[k]) - 1) <= 1e-8)) unit = 0;
  return unit;
}
// Of an empty one, too.
int check_definite_correlations(matrix x) { return rows(x) == 0 || check_positive_definite(x); }
int check_cov_matrix(matrix x) { return check_positive_definite(x) && check_symmetric(x); }
int check_corr_matrix(matrix x) { return check_unit_diagonal(x) && (rows(x) == 0 || check_cov_matrix(x)); }

// What is wrong with a value that a check refuses, after "... is not a valid simplex: ". Only computed to explain.

void explain_simplex(vector x) {
  reject("the sum is ", sum(x), ", and the smallest element is ", min(x));
}
void explain_ordered(vector x) {
  int at = 0;
  real value = 0;
  real before = 0;
  for (k in 2:rows(x)) {
    if (at == 0 && !(x[k] > x[k - 1])) {
      at = k;
      value = x[k];
      before = x[k - 1];
    }
  }
  reject("element ", at, " is ", value, ", and must be greater than ", before);
}
void explain_positive_ordered(vector x) {
  int at = 0;
  real value = 0;
  real before = 0;
  for (k in 1:rows(x)) {
    real least = 0;
    if (k > 1) least = x[k - 1];
    if (at == 0 && !(x[k] > least)) {
      at = k;
      value = x[k];
      before = least;
    }
  }
  reject("element ", at, " is ", value, ", and must be greater than ", before);
}
void explain_unit_vector(vector x) { reject("the sum of squares is ", dot_self(x)); }
void explain_sum_to_zero_vector(vector x) { reject("the sum is ", sum(x)); }
void explain_sum_to_zero_matrix(matrix x) {
  real worst = 0;
  for (m in 1:rows(x)) if (!(abs(sum(x[m])) <= abs(worst))) worst = sum(x[m]);
  for (n in 1:cols(x)) if (!(abs(sum(x[, n])) <= abs(worst))) worst = sum(x[, n]);
  reject("the sum of a row or a column is ", worst);
}
void explain_row_stochastic_matrix(matrix x) {
  int at = 0;
  real total = 0;
  real least = 0;
  for (m in 1:rows(x)) {
    if (at == 0 && !check_simplex(x[m]')) {
      at = m;
      total = sum(x[m]);
      least = min(x[m]);
    }
  }
  reject("the sum of row ", at, " is ", total, ", and its smallest element is ", least);
}
void explain_column_stochastic_matrix(matrix x) {
  int at = 0;
  real total = 0;
  real least = 0;
  for (n in 1:cols(x)) {
    if (at == 0 && !check_simplex(x[, n])) {
      at = n;
      total = sum(x[, n]);
      least = min(x[, n]);
    }
  }
  reject("the sum of column ", at, " is ", total, ", and its smallest element is ", least);
}
void explain_cholesky_factor_cov(matrix x) {
  int row = 0;
  int column = 0;
  real value = 0;
  for (j in 1:cols(x)) {
    for (i in 1:rows(x)) {
      if (row == 0 && ((i < j && x[i, j] != 0) || (i == j && !(x[i, j] > 0)))) {
        row = i;
        column = j;
        value = x[i, j];
      }
    }
  }
  reject("element [", row, ", ", column, "] is ", value, "; it must be 0 above the diagonal and positive on it");
}
void explain_cholesky_factor_corr(matrix x) {
  int row = 0;
  real squares = 1;
  real worst = -1;
  real least = positive_infinity();
  real above = 0;
  for (i in 1:rows(x)) {
    if (!(abs(dot_self(x[i]) - 1) <= worst)) {
      row = i;
      squares = dot_self(x[i]);
      worst = abs(squares - 1);
    }
    for (j in 1:cols(x)) {
      if (i == j) least = fmin(least, x[i, j]);
      if (i < j) above = fmax(above, abs(x[i, j]));
    }
  }
  reject("the sum of squares of row ", row, " is ", squares, ", the smallest diagonal element is ", least,
         ", and the largest above the diagonal is ", above);
}
// How far a matrix is from being symmetric.
real asymmetry(matrix x) {
  real worst = 0;
  for (j in 1:cols(x)) {
    for (i in 1:rows(x)) {
      if (i < j && j <= rows(x) && i <= cols(x)) {
        if (!(abs(x[i, j] - x[j, i]) <= worst)) worst = abs(x[i, j] - x[j, i]);
      }
    }
  }
  return worst;
}
void explain_symmetric(matrix x) {
  int row = 0;
  int column = 0;
  real above = 0;
  real below = 0;
  for (j in 2:min(rows(x), cols(x))) {
    for (i in 1:(j - 1)) {
      if (row == 0 && !(abs(x[i, j] - x[j, i]) <= 1e-8)) {
        row = i;
        column = j;
        above = x[i, j];
        below = x[j, i];
      }
    }
  }
  reject("element [", row, ", ", column, "] is ", above, " and element [", column, ", ", row, "] is ", below,
         ", and they must be finite and equal");
}
void explain_unit_diagonal(matrix x) {
  int at = 0;
  real value = 1;
  for (k in 1:rows(x)) {
    if (at == 0 && !(abs(x[k, k] - 1) <= 1e-8)) {
      at = k;
      value = x[k, k];
    }
  }
  reject("element [", at, ", ", at, "] is ", value, ", and must be 1");
}
void explain_positive_definite(matrix x) {
  int n = rows(x);
  matrix[n, n] square = x;
  vector[n] values = tg_eigenvalues(square);
  reject("it is not positive definite: its smallest eigenvalue is ", min(values));
}
void explain_definite_correlations(matrix x) { explain_positive_definite(x); }
