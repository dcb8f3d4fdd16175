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
