data {
  vector[3] c;
}
parameters {
  real<lower=0, upper=0.9> z;
  real<lower=1, upper=2> a;
  real<lower=1, upper=2> b;
  vector<lower=0.5, upper=1.5>[3] p;
  vector<lower=1, upper=2>[2] q;
}
model {
  target += hypergeometric_1F0(a, z) + hypergeometric_2F1(a, b, 3.5, z) + hypergeometric_2F1(a, 1.3, b + 2, -z);
  target += hypergeometric_3F2(p, q, z) + hypergeometric_3F2(c, q + 1, 0.5 * z);
  target += hypergeometric_pFq(p[1 : 2], q, 2 * z);
}
generated quantities {
  real far = hypergeometric_2F1(1.2, 0.7, 2.1, -6);
  real f = hypergeometric_3F2({a, b, 0.5}, {3.0, 2.5}, z);
}
