// Items of hidden classes, rated by raters who each confuse the classes in their own way.
data {
  int<lower=2> K;
  int<lower=1> items, raters;
  array[items, raters] int<lower=1, upper=K> rating;
  vector<lower=0>[K] prevalence;
  array[K] vector<lower=0>[K] confusion;
}
parameters {
  simplex[K] pi;
  array[raters, K] simplex[K] theta;
}
transformed parameters {
  array[items] vector[K] log_class;
  for (i in 1 : items) {
    log_class[i] = log(pi);
    for (j in 1 : raters)
      for (k in 1 : K)
        log_class[i, k] = log_class[i, k] + log(theta[j, k, rating[i, j]]);
  }
}
model {
  pi ~ dirichlet(prevalence);
  for (j in 1 : raters)
    for (k in 1 : K)
      theta[j, k] ~ dirichlet(confusion[k]);
  for (i in 1 : items)
    target += log_sum_exp(log_class[i]);
}
generated quantities {
  array[items] simplex[K] class_probability;
  for (i in 1 : items)
    class_probability[i] = softmax(log_class[i]);
}
