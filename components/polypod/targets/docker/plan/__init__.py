"""What is to be made on Docker. Pure: nothing is asked, nothing is made."""
