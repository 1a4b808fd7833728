"""Documents taken in: recommendations, who is asked, and what was answered."""
