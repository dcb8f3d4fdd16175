// Functions that call themselves, and a function that adds to the target.
functions {
  int factorial(int n) {
    if (n <= 1) {
      return 1;
    }
    return n * factorial(n - 1);
  }
  real power(real x, int n) {
    if (n == 0) {
      return 1;
    }
    return n % 2 == 0 ? square(power(x, n %/% 2)) : x * power(x, n - 1);
  }
  void penalty_lp(vector x, real strength) {
    target += -strength * dot_self(x);
    x[1] ~ normal(0, 3);
  }
}
data {
  int<lower=1> N;
}
transformed data {
  real choose = factorial(5) %/% (factorial(2) * factorial(3));
}
parameters {
  vector[N] u;
}
model {
  penalty_lp(u, 0.1);
  target += -0.01 * power(u[1], 6) + power(0.5 * u[2], 3) - choose * square(u[2]) - power(u[N], 2);
}
generated quantities {
  int f = factorial(6);
  real p = power(u[1], 5);
}
