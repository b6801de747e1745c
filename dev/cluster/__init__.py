"""The Kubernetes cluster of 'make cluster': the user's, one of kind or minikube, or a bare one built here."""
