"""HTTP and nothing else: calls, arguments, answers, pages, and the way from one to the other."""
