"""Text, Word and PDF files to paragraphs and tables, whatever they are about."""
