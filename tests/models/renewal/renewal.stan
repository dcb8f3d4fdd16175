// What each day brings depends on all days before: sums over a growing part of what the loop itself writes.
data {
  int<lower=1> D;
  int<lower=1> G;
  array[D, G] int<lower=0> seen;
  vector<lower=0>[D] interval;
  vector<lower=0>[D] delay;
}
parameters {
  vector<lower=0>[G] first;
  vector<lower=0>[G] growth;
  real<lower=0> spread;
}
transformed parameters {
  matrix[D, G] born = rep_matrix(0, D, G);
  matrix[D, G] due = rep_matrix(0, D, G);
  matrix[D, G] followed = rep_matrix(0, D, G);
  for (g in 1 : G) {
    born[1 : 2, g] = rep_vector(first[g], 2);
    for (d in 3 : D) {
      real pressure = 0;
      for (s in 1 : (d - 1)) {
        pressure += born[s, g] * interval[d - s];
      }
      born[d, g] = growth[g] * pressure / (1 + 0.1 * born[d - 1, g]);
    }
    for (d in 2 : D) {
      for (s in 1 : (d - 1)) {
        due[d, g] += born[s, g] * delay[d - s];
      }
    }
    followed[1, g] = born[1, g];
    for (d in 2 : D) {
      followed[d, g] = born[d, g] + 0.3 * dot_product(sub_col(followed, 1, g, d - 1), tail(delay, d - 1));
    }
  }
}
model {
  first ~ exponential(0.2);
  growth ~ gamma(4, 2);
  spread ~ exponential(1);
  for (g in 1 : G) {
    seen[2 : D, g] ~ neg_binomial_2(due[2 : D, g] + followed[2 : D, g], 1 / spread);
  }
}
generated quantities {
  vector[G] total;
  for (g in 1 : G) {
    total[g] = sum(followed[ : , g]);
  }
}
