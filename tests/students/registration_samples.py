"""What a person types on the page of a new student."""

STUDENT = {
    "document_type": "TI",
    "document_number": "1.023.456.798",
    "first_surname": "Núñez",
    "second_surname": "Castaño",
    "first_name": "Ángela",
    "middle_names": "Sofía",
    "birth_date": "3/3/2016",
    "gender": "F",
}
GUARDIAN = {
    "guardian-first_surname": "Castaño",
    "guardian-second_surname": "Ríos",
    "guardian-first_name": "Luz",
    "guardian-middle_names": "Marina",
    "guardian-document_type": "CC",
    "guardian-document_number": "43.555.210",
    "guardian-phone": "310 555 0148",
    "guardian-relationship": "mother",
    "guardian-is_legal_representative": "y",
    "guardian-may_collect": "y",
}
