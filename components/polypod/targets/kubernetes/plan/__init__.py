"""What is to be made in a cluster. Pure: nothing is asked, nothing is made."""
