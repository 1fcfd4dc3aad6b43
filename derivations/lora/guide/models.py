from derivations.course import Model
from derivations.exact import ByModel

bank = Model("bank", "The bank", {"K": 500, "n": 7}, source="its leaflet")
families = {"bank": FORMULAS["growth.balance"]}
by_model = ByModel("offer.balance", FORMULAS["growth.balance"].unit, lambda name: families[name])
