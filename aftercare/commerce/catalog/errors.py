"""Why a product is not taken in. Each names the field as the shop wrote it, and what to do."""

from aftercare.foundation.kit.errors import Invalid


class DuplicateVariant(Invalid):
    """Two variants of one product have the same id."""

    code = "duplicate_variant"

    def __init__(self, field: str, external_id: str) -> None:
        super().__init__(
            f"The variant '{external_id}' stands twice in this product.", field=field, remedy="Give each its own id."
        )


class VariantOfAnother(Invalid):
    """The variant's id is taken by another product of the same source."""

    code = "variant_of_another"

    def __init__(self, field: str, external_id: str) -> None:
        super().__init__(
            f"The variant '{external_id}' belongs to another product.",
            field=field,
            remedy="Give variants ids that no two products share, such as the product's id and a suffix.",
        )
