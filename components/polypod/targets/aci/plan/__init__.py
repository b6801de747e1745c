"""What is to be made in Azure. Pure: nothing is asked, nothing is made."""
