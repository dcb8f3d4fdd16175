// Categories and counts of categories.
data {
  int<lower=1> K;
  int<lower=0> N;
  array[N] int<lower=1, upper=K> y;
  array[K] int<lower=0> n;
  array[K] int<lower=0> none;
  simplex[K] p0;
  vector<lower=0>[K] a0;
}
parameters {
  simplex[K] p;
  vector[K] beta;
  vector<lower=0>[K] alpha;
  array[2] simplex[K] q;
}
model {
  y ~ categorical(p);
  y ~ categorical_logit(beta);
  y[1] ~ categorical(p);
  y[2] ~ categorical_logit(beta);
  y ~ categorical(p0);
  target += categorical_lpmf(y | p0) + categorical_logit_lpmf(y[1:2] | log(p0));
  n ~ multinomial(p);
  none ~ multinomial(p);
  n ~ multinomial_logit(beta);
  n ~ dirichlet_multinomial(alpha);
  none ~ dirichlet_multinomial(alpha);
  n ~ multinomial(p0);
  target += multinomial_lpmf(n | p) + multinomial_logit_lpmf(n | beta) + dirichlet_multinomial_lpmf(n | a0)
            + dirichlet_multinomial_lpmf(n | alpha);
  q ~ dirichlet(alpha);
  p ~ dirichlet(a0);
  p0 ~ dirichlet(alpha);
  q ~ dirichlet({a0, alpha});
  p ~ dirichlet({a0, alpha});
  target += dirichlet_lpdf(q | a0);
  beta ~ std_normal();
}
