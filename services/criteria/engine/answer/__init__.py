"""What an evaluation answers: the judgment of each line, with evidence, findings and questions."""

from services.criteria.engine import ENGINE

ENGINE.prefer(__name__, __path__)
