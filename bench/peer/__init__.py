"""django-helpdesk, served as ours is. These modules run in an environment of their own (bench.measures.peer makes it)."""
