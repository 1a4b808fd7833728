"""Notes of comments, reports and answers: paragraphs to recommendations, addressees and stances."""
