"""What this project costs, measured beside baselines."""
