// Decision times: Wiener processes that leave an interval, with a fixed and with a varying drift.
data {
  int<lower=1> N;
  vector<lower=0>[N] time;
  array[N] real<lower=0, upper=1> bias;
}
parameters {
  real<lower=0.5> boundary;
  vector<lower=0, upper=0.2>[N] tau;
  real<lower=0, upper=1> beta;
  vector[N] drift;
  real<lower=0> sv;
}
model {
  drift ~ std_normal();
  sv ~ exponential(1);
  time ~ wiener(boundary, tau, beta, drift);
  time[1] ~ wiener(1.5, 0.1, 0.4, 0.7);
  target += wiener_lpdf(time | 2 * boundary, 0.15, bias, drift[1]);
  for (n in 1 : N) {
    target += wiener_lpdf(time[n] | boundary + 1, tau[n], bias[n], drift[n], sv);
    target += wiener_lupdf(time[n] | 1.8, 0, beta, 0.5, sv);
    time[n] ~ wiener(1.3, 0.1, bias[n], -1.5, 0.4);
  }
}
generated quantities {
  real each = wiener_lpdf(time[2] | boundary, tau[2], beta, drift[2]);
}
