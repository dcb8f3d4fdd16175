// Loops over the elements of containers of two dimensions and more: whole, in part, beside recurrences, with sums.
data {
  int<lower=0> I;
  int<lower=0> J;
  array[I, J] int<lower=0, upper=1> y;
  array[I] real x;
  matrix[I, J] z;
}
parameters {
  vector[I] u;
  vector[J] a;
  real b;
  real<lower=0, upper=1> rho;
}
transformed parameters {
  // An array and a matrix, which lie in different orders; counts that depend on data alone.
  array[I, J] real eta;
  matrix[I, J] p;
  matrix[I, J] count;
  array[2, I, J] real level;
  for (i in 1 : I) {
    real m = b * x[i];
    for (j in 1 : J) {
      eta[i, j] = a[j] + u[i] + m;
    }
  }
  for (i in 1 : I) {
    count[i, 1] = 0;
    for (j in 2 : J) {
      count[i, j] = count[i, j - 1] + y[i, j - 1];
    }
    for (j in 1 : J) {
      p[i, j] = inv_logit(eta[i, j] + b * count[i, j]);
    }
  }
  // A recurrence along rows that reads parameters, another part of the same tensor, and a choice.
  for (i in 1 : I) {
    level[1, i, 1] = u[i];
    for (j in 2 : J) {
      level[1, i, j] = rho * level[1, i, j - 1] + a[j];
    }
    for (j in 1 : J) {
      if (z[i, j] > 0) {
        level[2, i, j] = tanh(p[i, j]);
      } else {
        level[2, i, j] = p[i, j] * x[i];
      }
    }
  }
}
model {
  matrix[I + 1, J] shifted = rep_matrix(0.5, I + 1, J);
  u ~ std_normal();
  a ~ std_normal();
  b ~ std_normal();
  // Not all of the matrix, and a sum beside.
  for (i in 1 : I) {
    for (j in 2 : J) {
      shifted[i + 1, j - 1] = exp(0.1 * level[2, i, j]);
      target += -0.1 * square(level[1, i, j]);
    }
  }
  for (i in 1 : I) {
    for (j in 1 : J) {
      y[i, j] ~ bernoulli(p[i, j]);
      z[i, j] ~ normal(level[1, i, j] + level[2, i, j], shifted[i + 1, j]);
    }
  }
}
