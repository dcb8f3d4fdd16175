// Loops, branches and jumps: over every kind of sequence, with containers that are returned from inside, of sizes that are
// known only then.
functions {
  vector first_above(array[] vector xs, real bound) {
    for (n in 1 : size(xs)) {
      if (xs[n][1] > bound) {
        return xs[n];
      }
    }
    return rep_vector(-1, size(xs[1]));
  }
  vector prefix(vector x, real bound) {
    for (n in 1 : rows(x)) {
      if (x[n] > bound) {
        return x[1 : n];
      }
    }
    return x;
  }
  array[] int evens(int n) {
    array[n %/% 2] int out;
    int next = 1;
    for (i in 1 : n) {
      if (i % 2 == 1) {
        continue;
      }
      out[next] = i;
      next += 1;
    }
    return out;
  }
  vector grown(vector x, int n) {
    if (n > 2) {
      return append_row(x, rep_vector(0.5, n));
    } else if (n == 2) {
      return x[2 : ];
    }
    return [x[1]]';
  }
  real search(matrix m, real bound) {
    for (i in 1 : rows(m)) {
      real s = 0;
      for (j in 1 : cols(m)) {
        if (m[i, j] > bound) {
          return m[i, j] + s;
        }
        if (m[i, j] < -bound) {
          break;
        }
        s += m[i, j];
      }
    }
    return 0;
  }
  real sign_or(real x) {
    if (x > 0) {
      return 1;
    } else {
      while (1) {
        if (x < -1) {
          return -1;
        }
        break;
      }
    }
    return 0.5 * x;
  }
  real total(array[] vector xs) {
    real s = 0;
    for (x in xs) {
      for (e in x) {
        s += square(e);
      }
    }
    return s;
  }
}
data {
  int<lower=3> N;
  array[N] real y;
  array[2, 3] int k;
  matrix[2, 3] m;
  array[N] int<lower=0, upper=1> on;
}
transformed data {
  int count = 0;
  int rounds = 0;
  for (row in k) {
    for (e in row) {
      count += e;
    }
  }
  while (rounds < 10) {
    rounds += 1;
    if (rounds % 2 == 0) {
      continue;
    }
    if (rounds > 6) {
      break;
    }
  }
}
parameters {
  vector[N] a;
  real<lower=0> s;
}
model {
  vector[0] empty;
  profile("prior") {
    a ~ normal(0, 2);
    s ~ exponential(1);
  }
  for (n in 1 : N) {
    if (on[n]) {
      y[n] ~ normal(a[n], s);
    } else if (a[n] > 0) {
      target += -a[n];
    } else {
      real w = a[n] * s;
      target += -square(w);
    }
  }
  for (x in a) {
    target += -0.1 * square(x - s);
  }
  for (x in m) {
    target += -0.1 * square(x - a[1]);
  }
  for (x in {a[1 : 2], a[2 : 3]}) {
    x ~ normal(0, 3);
  }
  for (x in y) {
    if (x > 1.5) {
      break;
    }
    target += -0.3 * square(x - a[2]);
  }
  for (n in 3 : 1) {
    target += a[n];
  }
  for (i in 1 : 2) for (j in 1 : i) target += -0.01 * a[j] * i;
  {
    real s2 = s * 2;
    array[2] real local = {s2, s};
    local[1] += 1;
    target += -0.1 * sum(local);
  }
  int n = 1;
  while (n <= N && a[n] < 5) {
    target += -0.05 * a[n] ^ 2;
    n += 1;
  }
  prefix(a, 0.5) ~ normal(0, 1.5);
  grown(a, N) ~ normal(0, 2.5);
  first_above({a, 2 * a}, -0.5) ~ normal(0, 2);
  target += 0.1 * search(m .* (a[1 : 2] * [1, 2, 3]), 1) + sign_or(s - a[1]) - 0.01 * total({a, a + 1});
  target += empty;
  target += {a[1 : 2], -a[2 : 3]};
  target += (a[1] > a[2] ? a : a[1 : 2]) * 0.1;
}
generated quantities {
  int c = count * 100 + rounds;
  array[3] int e = evens(7);
  int len = rows(prefix(a, 0.5)) * 10 + rows(grown(a, k[1, 2]));
  vector[k[1, 2] > 2 ? 3 : 2] v = rep_vector(len, k[1, 2] > 2 ? 3 : 2);
  real sum_of = 0;
  for (i in 1 : N) {
    for (j in i : N) {
      if (j == i + 1) {
        continue;
      }
      if (j > i + 2) {
        break;
      }
      sum_of += i * j;
    }
  }
  vector[3] f = first_above({a[1 : 3], [1, 2, 3]'}, 0.5);
}
