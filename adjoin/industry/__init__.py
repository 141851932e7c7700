"""What is known about works and measures: how clean a plant is, what an abatement costs, which measures to take."""
