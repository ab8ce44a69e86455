"""What the figures are computed by: rows of the views in, counts, percentiles and shares out. Pure, but for `rows`."""
