// Covariance functions of Gaussian processes: what each pair of points has, and matrices of it. Stan Functions Reference,
// "Gaussian process covariance functions". Between equal points the distance has no derivative, so the diagonal stands apart.

void check_gp_scales(real sigma, real length_scale) {
  if (!(sigma > 0) || is_inf(sigma)) reject(sigma, " must be positive and finite, got ", sigma);
  if (!(length_scale > 0) || is_inf(length_scale))
    reject(length_scale, " must be positive and finite, got ", length_scale);
}
void check_gp_scales(real sigma, array[] real length_scale) {
  for (l in length_scale) check_gp_scales(sigma, l);
}

real squared_gap(array[] vector x, int i, array[] vector y, int j) {
  real total = 0;
  for (d in 1:rows(x[i])) total += square(x[i, d] - y[j, d]);
  return total;
}
real gap(array[] real x, int i, array[] real y, int j) { return abs(x[i] - y[j]); }
real gap(array[] vector x, int i, array[] vector y, int j) { return sqrt(squared_gap(x, i, y, j)); }
real product_of(array[] vector x, int i, array[] vector y, int j) {
  real total = 0;
  for (d in 1:rows(x[i])) total += x[i, d] * y[j, d];
  return total;
}
array[] vector scale_points(array[] vector x, array[] real length_scale) {
  int N = size(x);
  int D = size(length_scale);
  vector[D] inverse_scale = 1 / to_vector(length_scale);
  array[N] vector[D] z;
  for (n in 1:N) z[n] = x[n] .* inverse_scale;
  return z;
}

matrix gp_exp_quad_cov(array[] real x, real sigma, real length_scale) {
  check_gp_scales(sigma, length_scale);
  int N = size(x);
  matrix[N, N] k;
  for (j in 1:N) {
    for (i in 1:N) k[i, j] = square(sigma) * exp(-0.5 * square((x[i] - x[j]) / length_scale));
  }
  return k;
}
matrix gp_exp_quad_cov(array[] real x, array[] real y, real sigma, real length_scale) {
  check_gp_scales(sigma, length_scale);
  matrix[size(x), size(y)] k;
  for (j in 1:size(y)) {
    for (i in 1:size(x)) k[i, j] = square(sigma) * exp(-0.5 * square((x[i] - y[j]) / length_scale));
  }
  return k;
}

matrix gp_exp_quad_cov(array[] vector x, real sigma, real length_scale) {
  check_gp_scales(sigma, length_scale);
  int N = size(x);
  matrix[N, N] k;
  for (j in 1:N) {
    for (i in 1:N) k[i, j] = square(sigma) * exp(-0.5 * squared_gap(x, i, x, j) / square(length_scale));
  }
  return k;
}
matrix gp_exp_quad_cov(array[] vector x, array[] vector y, real sigma, real length_scale) {
  check_gp_scales(sigma, length_scale);
  matrix[size(x), size(y)] k;
  for (j in 1:size(y)) {
    for (i in 1:size(x)) k[i, j] = square(sigma) * exp(-0.5 * squared_gap(x, i, y, j) / square(length_scale));
  }
  return k;
}

matrix gp_exp_quad_cov(array[] vector x, real sigma, array[] real length_scale) {
  check_gp_scales(sigma, length_scale);
  return gp_exp_quad_cov(scale_points(x, length_scale), sigma, 1.0);
}
matrix gp_exp_quad_cov(array[] vector x, array[] vector y, real sigma, array[] real length_scale) {
  check_gp_scales(sigma, length_scale);
  return gp_exp_quad_cov(scale_points(x, length_scale), scale_points(y, length_scale), sigma, 1.0);
}

real exponential_correlation(real d) { return exp(-d); }

matrix gp_exponential_cov(array[] real x, real sigma, real length_scale) {
  check_gp_scales(sigma, length_scale);
  int N = size(x);
  matrix[N, N] k;
  for (j in 1:N) {
    for (i in 1:N) k[i, j] = i == j ? square(sigma) : square(sigma) * exponential_correlation(gap(x, i, x, j) / length_scale);
  }
  return k;
}
matrix gp_exponential_cov(array[] real x, array[] real y, real sigma, real length_scale) {
  check_gp_scales(sigma, length_scale);
  matrix[size(x), size(y)] k;
  for (j in 1:size(y)) {
    for (i in 1:size(x)) k[i, j] = square(sigma) * exponential_correlation(gap(x, i, y, j) / length_scale);
  }
  return k;
}

matrix gp_exponential_cov(array[] vector x, real sigma, real length_scale) {
  check_gp_scales(sigma, length_scale);
  int N = size(x);
  matrix[N, N] k;
  for (j in 1:N) {
    for (i in 1:N) k[i, j] = i == j ? square(sigma) : square(sigma) * exponential_correlation(gap(x, i, x, j) / length_scale);
  }
  return k;
}
matrix gp_exponential_cov(array[] vector x, array[] vector y, real sigma, real length_scale) {
  check_gp_scales(sigma, length_scale);
  matrix[size(x), size(y)] k;
  for (j in 1:size(y)) {
    for (i in 1:size(x)) k[i, j] = square(sigma) * exponential_correlation(gap(x, i, y, j) / length_scale);
  }
  return k;
}

matrix gp_exponential_cov(array[] vector x, real sigma, array[] real length_scale) {
  check_gp_scales(sigma, length_scale);
  return gp_exponential_cov(scale_points(x, length_scale), sigma, 1.0);
}
matrix gp_exponential_cov(array[] vector x, array[] vector y, real sigma, array[] real length_scale) {
  check_gp_scales(sigma, length_scale);
  return gp_exponential_cov(scale_points(x, length_scale), scale_points(y, length_scale), sigma, 1.0);
}

real matern32_correlation(real d) { return (1 + sqrt(3) * d) * exp(-sqrt(3) * d); }

matrix gp_matern32_cov(array[] real x, real sigma, real length_scale) {
  check_gp_scales(sigma, length_scale);
  int N = size(x);
  matrix[N, N] k;
  for (j in 1:N) {
    for (i in 1:N) k[i, j] = i == j ? square(sigma) : square(sigma) * matern32_correlation(gap(x, i, x, j) / length_scale);
  }
  return k;
}
matrix gp_matern32_cov(array[] real x, array[] real y, real sigma, real length_scale) {
  check_gp_scales(sigma, length_scale);
  matrix[size(x), size(y)] k;
  for (j in 1:size(y)) {
    for (i in 1:size(x)) k[i, j] = square(sigma) * matern32_correlation(gap(x, i, y, j) / length_scale);
  }
  return k;
}

matrix gp_matern32_cov(array[] vector x, real sigma, real length_scale) {
  check_gp_scales(sigma, length_scale);
  int N = size(x);
  matrix[N, N] k;
  for (j in 1:N) {
    for (i in 1:N) k[i, j] = i == j ? square(sigma) : square(sigma) * matern32_correlation(gap(x, i, x, j) / length_scale);
  }
  return k;
}
matrix gp_matern32_cov(array[] vector x, array[] vector y, real sigma, real length_scale) {
  check_gp_scales(sigma, length_scale);
  matrix[size(x), size(y)] k;
  for (j in 1:size(y)) {
    for (i in 1:size(x)) k[i, j] = square(sigma) * matern32_correlation(gap(x, i, y, j) / length_scale);
  }
  return k;
}

matrix gp_matern32_cov(array[] vector x, real sigma, array[] real length_scale) {
  check_gp_scales(sigma, length_scale);
  return gp_matern32_cov(scale_points(x, length_scale), sigma, 1.0);
}
matrix gp_matern32_cov(array[] vector x, array[] vector y, real sigma, array[] real length_scale) {
  check_gp_scales(sigma, length_scale);
  return gp_matern32_cov(scale_points(x, length_scale), scale_points(y, length_scale), sigma, 1.0);
}

real matern52_correlation(real d) { return (1 + sqrt(5) * d + 5.0 / 3 * square(d)) * exp(-sqrt(5) * d); }

matrix gp_matern52_cov(array[] real x, real sigma, real length_scale) {
  check_gp_scales(sigma, length_scale);
  int N = size(x);
  matrix[N, N] k;
  for (j in 1:N) {
    for (i in 1:N) k[i, j] = i == j ? square(sigma) : square(sigma) * matern52_correlation(gap(x, i, x, j) / length_scale);
  }
  return k;
}
matrix gp_matern52_cov(array[] real x, array[] real y, real sigma, real length_scale) {
  check_gp_scales(sigma, length_scale);
  matrix[size(x), size(y)] k;
  for (j in 1:size(y)) {
    for (i in 1:size(x)) k[i, j] = square(sigma) * matern52_correlation(gap(x, i, y, j) / length_scale);
  }
  return k;
}

matrix gp_matern52_cov(array[] vector x, real sigma, real length_scale) {
  check_gp_scales(sigma, length_scale);
  int N = size(x);
  matrix[N, N] k;
  for (j in 1:N) {
    for (i in 1:N) k[i, j] = i == j ? square(sigma) : square(sigma) * matern52_correlation(gap(x, i, x, j) / length_scale);
  }
  return k;
}
matrix gp_matern52_cov(array[] vector x, array[] vector y, real sigma, real length_scale) {
  check_gp_scales(sigma, length_scale);
  matrix[size(x), size(y)] k;
  for (j in 1:size(y)) {
    for (i in 1:size(x)) k[i, j] = square(sigma) * matern52_correlation(gap(x, i, y, j) / length_scale);
  }
  return k;
}

matrix gp_matern52_cov(array[] vector x, real sigma, array[] real length_scale) {
  check_gp_scales(sigma, length_scale);
  return gp_matern52_cov(scale_points(x, length_scale), sigma, 1.0);
}
matrix gp_matern52_cov(array[] vector x, array[] vector y, real sigma, array[] real length_scale) {
  check_gp_scales(sigma, length_scale);
  return gp_matern52_cov(scale_points(x, length_scale), scale_points(y, length_scale), sigma, 1.0);
}

matrix gp_periodic_cov(array[] real x, real sigma, real length_scale, real period) {
  check_gp_scales(sigma, length_scale);
  check_gp_scales(sigma, period);
  int N = size(x);
  matrix[N, N] k;
  for (j in 1:N) {
    for (i in 1:N) k[i, j] = i == j ? square(sigma) : square(sigma) * exp(-2 * square(sin(pi() * gap(x, i, x, j) / period)) / square(length_scale));
  }
  return k;
}
matrix gp_periodic_cov(array[] real x, array[] real y, real sigma, real length_scale, real period) {
  check_gp_scales(sigma, length_scale);
  check_gp_scales(sigma, period);
  matrix[size(x), size(y)] k;
  for (j in 1:size(y)) {
    for (i in 1:size(x)) k[i, j] = square(sigma) * exp(-2 * square(sin(pi() * gap(x, i, y, j) / period)) / square(length_scale));
  }
  return k;
}

matrix gp_dot_prod_cov(array[] real x, real sigma) {
  if (!(sigma >= 0) || is_inf(sigma)) reject(sigma, " must be at least 0 and finite, got ", sigma);
  int N = size(x);
  matrix[N, N] k;
  for (j in 1:N) {
    for (i in 1:N) k[i, j] = square(sigma) + x[i] * x[j];
  }
  return k;
}
matrix gp_dot_prod_cov(array[] real x, array[] real y, real sigma) {
  if (!(sigma >= 0) || is_inf(sigma)) reject(sigma, " must be at least 0 and finite, got ", sigma);
  matrix[size(x), size(y)] k;
  for (j in 1:size(y)) {
    for (i in 1:size(x)) k[i, j] = square(sigma) + x[i] * y[j];
  }
  return k;
}

matrix gp_periodic_cov(array[] vector x, real sigma, real length_scale, real period) {
  check_gp_scales(sigma, length_scale);
  check_gp_scales(sigma, period);
  int N = size(x);
  matrix[N, N] k;
  for (j in 1:N) {
    for (i in 1:N) k[i, j] = i == j ? square(sigma) : square(sigma) * exp(-2 * square(sin(pi() * gap(x, i, x, j) / period)) / square(length_scale));
  }
  return k;
}
matrix gp_periodic_cov(array[] vector x, array[] vector y, real sigma, real length_scale, real period) {
  check_gp_scales(sigma, length_scale);
  check_gp_scales(sigma, period);
  matrix[size(x), size(y)] k;
  for (j in 1:size(y)) {
    for (i in 1:size(x)) k[i, j] = square(sigma) * exp(-2 * square(sin(pi() * gap(x, i, y, j) / period)) / square(length_scale));
  }
  return k;
}

matrix gp_dot_prod_cov(array[] vector x, real sigma) {
  if (!(sigma >= 0) || is_inf(sigma)) reject(sigma, " must be at least 0 and finite, got ", sigma);
  int N = size(x);
  matrix[N, N] k;
  for (j in 1:N) {
    for (i in 1:N) k[i, j] = square(sigma) + product_of(x, i, x, j);
  }
  return k;
}
matrix gp_dot_prod_cov(array[] vector x, array[] vector y, real sigma) {
  if (!(sigma >= 0) || is_inf(sigma)) reject(sigma, " must be at least 0 and finite, got ", sigma);
  matrix[size(x), size(y)] k;
  for (j in 1:size(y)) {
    for (i in 1:size(x)) k[i, j] = square(sigma) + product_of(x, i, y, j);
  }
  return k;
}
