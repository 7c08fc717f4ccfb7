"""`priorauth topics`: the cluster as the command line sees it."""
