"""Find names of persons in English, Russian and Kyrgyz. Start with `finder`."""
