from tests.real_servers import kafka, prefix

__all__ = ["kafka", "prefix"]
