"""The words that the demo's people are made of: common Colombian names, and those that a computer gets wrong."""

GIRLS = (
    "Ángela", "Salomé", "Valentina", "Isabella", "Mariana", "Sara", "Luciana", "Antonella", "Gabriela", "Sofía",
    "Manuela", "Emilia", "Zoé", "Renata", "Íngrid", "Yulieth", "Dayana", "Karol", "Nicol", "Violeta", "Paulina",
    "Ximena", "Ana", "Laura", "Juanita", "Helena", "Alejandra", "Verónica", "Ñusta", "Danna", "Luz", "Catalina",
)  # fmt: skip
BOYS = (
    "Ángel", "Matías", "Samuel", "Jerónimo", "Emiliano", "Thiago", "Santiago", "Juan", "Nicolás", "Tomás",
    "Martín", "Andrés", "Óscar", "Iván", "Yeison", "Brayan", "Kevin", "Joaquín", "Maximiliano", "Simón", "David",
    "Alejandro", "Sebastián", "Felipe", "Cristóbal", "Elías", "Julián", "Diego", "Esteban", "Daniel", "José", "Camilo",
)  # fmt: skip
GIRLS_SECOND = (
    "Sofía", "María", "Isabel", "Andrea", "Paola", "Fernanda", "Lucía", "Camila", "del Pilar", "Victoria", "Valeria",
    "Inés", "Antonia", "Juliana", "Ángela", "Milena",
)  # fmt: skip
BOYS_SECOND = (
    "David", "Andrés", "José", "Camilo", "Esteban", "Manuel", "Ángel", "Felipe", "Alejandro", "de Jesús", "Alonso",
    "Mateo", "Darío", "Antonio", "Enrique", "Julián",
)  # fmt: skip

WOMEN = (
    "Luz", "Martha", "Adriana", "Claudia", "Gloria", "Paola", "Sandra", "Diana", "Liliana", "Beatriz", "Yolanda",
    "Rosa", "Mónica", "Carolina", "Marcela", "Jazmín", "Nubia", "Estela", "Patricia", "Érika", "Amparo", "Xiomara",
)  # fmt: skip
WOMEN_SECOND = ("Marina", "Elena", "Milena", "Patricia", "Stella", "Cecilia", "María", "Inés", "del Carmen", "Janeth")
MEN = (
    "Carlos", "Jorge", "Luis", "Hernán", "Óscar", "Wilson", "Jairo", "Fabián", "Álvaro", "Héctor", "Mauricio",
    "Germán", "Édgar", "Gustavo", "Rubén", "Ramiro", "Fredy", "Nelson", "Arturo", "Iván", "Humberto", "William",
)  # fmt: skip
MEN_SECOND = ("Alberto", "Eduardo", "Darío", "Fernando", "Enrique", "Alonso", "Antonio", "Mario", "León", "de Jesús")

SURNAMES = (
    "Núñez", "Castaño", "Restrepo", "Ocampo", "Zuluaga", "Gaviria", "Quintero", "Peñaranda", "Arboleda", "Muñoz",
    "Londoño", "Ríos", "Vélez", "Giraldo", "Cardona", "Jaramillo", "Echeverri", "Bedoya", "Agudelo", "Montoya",
    "Valencia", "Córdoba", "Mosquera", "Palacios", "Rentería", "Hinestroza", "Tunubalá", "Ulcué", "Jamioy", "Piñacué",
    "D'Andréis", "O'Neill", "De la Hoz", "Del Río", "San Juan", "De la Ossa", "Ñungo", "Quiñones", "Ibáñez", "Güiza",
    "Rodríguez", "Gómez", "González", "Martínez", "García", "López", "Hernández", "Sánchez", "Ramírez", "Pérez",
    "Díaz", "Álvarez", "Rojas", "Vargas", "Moreno", "Gutiérrez", "Cárdenas", "Beltrán", "Barrera", "Acevedo",
    "Úsuga", "Higuita", "Tabares", "Marulanda", "Betancur", "Saldarriaga", "Yepes", "Zapata", "Urrego", "Avendaño",
)  # fmt: skip
VENEZUELAN_SURNAMES = ("Chacón", "Urdaneta", "Pirela", "Bracho", "Colmenares", "Ávila", "Briceño", "Villalobos")

OCCUPATIONS = (
    "Comerciante", "Conductor", "Auxiliar de enfermería", "Oficios varios", "Vendedora", "Agricultor", "Contadora",
    "Docente", "Estilista", "Ama de casa", "Vigilante", "Confeccionista", "Mecánico", "Pensionado", "Cocinera",
)  # fmt: skip
NEIGHBORHOODS = ("La América", "Belén", "Manrique", "Robledo", "Aranjuez", "San Javier", "Buenos Aires", "Castilla")
INSURERS = ("Sura", "Nueva EPS", "Savia Salud", "Sanitas", "Salud Total", "Coosalud", "Asociación Indígena del Cauca")
ALLERGIES = ("Penicilina", "Maní", "Picadura de abeja", "Lactosa", "Polvo y ácaros")
