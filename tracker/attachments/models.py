"""The table of attachments; the bytes lie in the data directory."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Model, UTCDateTime


class Attachment(Model):
    """One file of one subject (issue, record, training session …), perhaps of one message of it.

    `stored_name` is empty for a file that stayed in the installation its record came from.
    `filename` is for people only; `media_type` is what the content was found to be; `stored_name` is the path below
    the attachments' folder.  `sealed` files are opened by those alone who may see sealed evidence; a masked copy
    names its original in `masked_of_id`.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint("size >= 0", name="size"),
        Index("ix_attachment_subject", "subject_kind", "subject_id", "id"),
        Index("ix_attachment_message_id", "message_id"),
        Index("ix_attachment_stored_name", "stored_name"),
    )
    kind_name = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    message_id: Mapped[int | None]
    filename: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str]
    stored_name: Mapped[str]
    width: Mapped[int | None]
    height: Mapped[int | None]
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    uploaded_at: Mapped[datetime] = mapped_column(UTCDateTime())
    sealed: Mapped[bool] = mapped_column(default=False)
    masked_of_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    # Of a recording: what is said in it.
    transcript: Mapped[str] = mapped_column(Text, default="", server_default="")

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")

    @property
    def is_sound(self) -> bool:
        return self.media_type.startswith("audio/")
