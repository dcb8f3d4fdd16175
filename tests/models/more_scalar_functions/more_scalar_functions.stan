// Scalar functions that fewer models use: trigonometry, the normal integral, roots, stable differences,
// rounding.
data {
  int<lower=1> N;
  vector<lower=0>[N] x;
  real<lower=0> d;
}
transformed data {
  real scale = inv(d) + cbrt(d) + log2(d) + sd(x) + variance(x) + prod(x + 1) / 100;
}
parameters {
  real a;
  real b;
  real<lower=0> p;
  real<lower=0, upper=1> q;
  vector[N] v;
}
model {
  target += log_inv_logit(a) + log1m_inv_logit(b) + inv_sqrt(p + 0.5) + cbrt(p + 1) + inv_square(1 + p);
  target += -log_diff_exp(p + 1, p) * 0.1 + fma(a, b, q) * 0.05 - hypot(a, 1.5) * 0.1 + fdim(p, 0.4) * 0.2;
  target += sin(a) - cos(b) + atan(a * b) + sinh(q) - cosh(q) + atan2(p, 1 + q) + asin(0.5 * q) - acos(0.5 * q);
  target += Phi(a) - erf(b) + erfc(q) + exp2(-p) + log2(p) * 0.1 + log10(p) * 0.1 + lmultiply(2, p)
            + lmultiply(p, q);
  target += step(a - 0.1) + floor(p + 0.3) - ceil(q) + round(0.7) + (is_inf(a) || is_nan(b)) + int_step(2)
            + log1m_exp(-p);
  target += -square(sd(v + x)) - 0.1 * variance(v) + 0.01 * prod(1 + square(v)) - 0.01 * distance(v, x)
            - max(v + x) + min(v - x);
  target += -0.5 * dot_self(v) - sum(v .^ 2) * 0.1 - sum(pow(exp(v), q)) * 0.1 + pi() * e() * sqrt2() * log2();
  target += sum(Phi(v)) - sum(erf(v)) + sum(sin(v) .* cos(v)) + scale * a - square(a) - p - tan(q)
            - atanh(0.5 * q);
  target += asinh(a) - acosh(1.5 + p) - trunc(1.5) - fmod(7.5, 2) - Phi_approx(b) + sum(cbrt(exp(v))) * -0.1;
}
generated quantities {
  real none = not_a_number();
  real large = positive_infinity() + a;
  real far_out = log1m_inv_logit(800 + b);
}
