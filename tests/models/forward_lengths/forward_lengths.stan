// A forward algorithm whose history does not start as its states do, over sequences some of which have one element.
functions {
  real forward(vector x, int T, real p, real q) {
    array[T] vector[2] history;
    real a = p;
    real b = q;
    history[1, 1] = 0.25 * p;
    history[1, 2] = 0.5 * q;
    for (t in 2:T) {
      real next_a = log_sum_exp(a - 1, b - 2) + x[t];
      real next_b = log_sum_exp(a - 0.5, b - 0.3) - x[t];
      a = next_a;
      b = next_b;
      history[t, 1] = a;
      history[t, 2] = b;
    }
    return log_sum_exp(history[T]);
  }
}
data {
  int<lower=1> M;
  int<lower=1> S;
  array[S] int<lower=1> len;
  array[S] vector[M] x;
}
parameters {
  real p;
  real q;
}
model {
  for (s in 1:S)
    target += forward(x[s], len[s], p, q);
}
