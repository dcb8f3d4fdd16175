data {
  int<lower=0> N;
  vector<lower=0, upper=1>[N] p;
}
parameters {
  vector<lower=0, upper=1>[N] u;
  vector<lower=0>[N] x;
  vector<lower=0, upper=0.36>[N] y;
}
model {
  x ~ lognormal(0, 2);
  target += -0.5 * dot_self(inv_Phi(u)) + sum(std_normal_qf(0.5 * (u + p)));
  target += sum(inv_erfc(2 * u)) + sum(std_normal_log_qf(log(u)));
  target += sum(lambert_w0(x)) + sum(lambert_wm1(-y)) + sum(lambert_w0(-y));
}
generated quantities {
  vector[N] q = inv_Phi(p);
  vector[N] w = lambert_w0(exp(10 * p));
  array[2] real tails = std_normal_log_qf({-1e-3, -40});
}
