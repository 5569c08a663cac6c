from repositories import hosting

__all__ = ["hosting"]
